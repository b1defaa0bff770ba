/**
 * Secrets in one local file, encrypted with age.
 *
 * @packageDocumentation
 */
export { generateIdentity } from "./age-cipher.js";
export { fileBackend } from "./file-backend.js";
export type { FileSecretStoreOptions } from "./file-options.js";
export { FileSecretStore } from "./file-secret-store.js";
