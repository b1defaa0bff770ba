/**
 * What authors of stores and applications test with.
 *
 * @packageDocumentation
 */
export type { MemorySecretStoreOptions } from "./memory-secret-store.js";
export { MemorySecretStore } from "./memory-secret-store.js";
