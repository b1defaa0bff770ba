/**
 * My description.
 *
 * @packageDocumentation
 */
export { myServiceBackend } from "./backend.js";
export type { MyServiceOptions } from "./options.js";
export { MyServiceSecretStore } from "./secret-store.js";
