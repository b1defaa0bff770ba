/**
 * The contract of a secret store, and what backends, decorators and applications build on.
 *
 * @packageDocumentation
 */
export type { AbortSignalLike, SecretAbortSignal } from "./abort.js";
export { abortable, onAbort, throwIfAborted } from "./abort.js";
export type { AuditEvent, AuditListener, AuditOperation } from "./audit.js";
export { auditChannelName, isAudited, onAudit, publishAudit } from "./audit.js";
export type { AuditedCall, OperationContext } from "./audited-call.js";
export { auditedCall, auditedList, toSecretError } from "./audited-call.js";
export type { Environment, SecretBackend, SecretStoreUrl } from "./backend.js";
export { BaseSecretStore } from "./base-secret-store.js";
export type { BaseSecretStoreOptions } from "./base-store-options.js";
export { CallDeadline } from "./call-deadline.js";
export type { OptionCheck, OptionChecks } from "./check-options.js";
export { checkStore, ForwardingSecretStore } from "./forwarding-secret-store.js";
export type { KeySyntax } from "./key-syntax.js";
export { checkKey, checkPrefix, isKey, portableKeySyntax } from "./key-syntax.js";
export { packageError } from "./package-error.js";
export { pause } from "./pause.js";
export { randomSecret } from "./random-secret.js";
export { requireSecrets } from "./require-secrets.js";
export type { ScrubbedCause } from "./scrub-cause.js";
export type {
  Secret,
  SecretData,
  SecretDescription,
  SecretDescriptionData,
  SecretTags,
  SecretVersion,
  SecretVersionData,
  SecretVersionState,
  WrittenData,
} from "./secret.js";
export { toSecret } from "./secret.js";
export type { SecretErrorCode, SecretErrorOptions } from "./secret-error.js";
export { SecretError } from "./secret-error.js";
export type {
  DeleteSecretOptions,
  GetSecretOptions,
  GetSecretsOptions,
  GetSecretVersionOptions,
  HealthReport,
  OperationOptions,
  PutSecretOptions,
  RotateSecretOptions,
  SecretGenerator,
  SecretStore,
  SecretStoreCapabilities,
  SecretsResult,
  SecretVerifier,
} from "./secret-store.js";
export type {
  LeftVersion,
  ReadManyResult,
  RemoveContext,
  RotateContext,
  StagedVersion,
  WriteContext,
} from "./secret-store-hooks.js";
export type { SecretInput, SecretValue } from "./secret-value.js";
export { isSecretValue, secretValue } from "./secret-value.js";
export { toArray } from "./to-array.js";
export type { SecretWarning, WarningListener } from "./warnings.js";
export { onWarning, publishWarning } from "./warnings.js";
