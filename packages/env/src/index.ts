/**
 * Secrets from environment variables, `.env` files and mounted folders.
 *
 * @packageDocumentation
 */
export { envBackend } from "./env-backend.js";
export type { EnvSecretStoreOptions } from "./env-options.js";
export { EnvSecretStore } from "./env-secret-store.js";
