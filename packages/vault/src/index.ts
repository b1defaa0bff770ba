/**
 * Secrets in HashiCorp Vault or OpenBao.
 *
 * @packageDocumentation
 */
export type {
  FinalizeRotationOptions,
  VaultPutSecretOptions,
  VaultRotateSecretOptions,
} from "./call-options.js";
export type { NodeVaultClient } from "./node-vault-client.js";
export type { VaultTokenEvent } from "./token-events.js";
export type { AwsCredentials, Credential, VaultAuth } from "./vault-auth.js";
export { vaultBackend } from "./vault-backend.js";
export type { FromEnvOptions } from "./vault-config.js";
export { VaultConfig } from "./vault-config.js";
export type { VaultSecretStoreOptions, VaultTlsOptions } from "./vault-options.js";
export { VaultSecretStore } from "./vault-secret-store.js";
