/**
 * Secrets in AWS Secrets Manager.
 *
 * @packageDocumentation
 */
export { awsBackend } from "./aws-backend.js";
export { AwsConfig } from "./aws-config.js";
export type { AwsAssumeRoleOptions, AwsCredentials, AwsSecretStoreOptions } from "./aws-options.js";
export { AwsSecretStore } from "./aws-secret-store.js";
export type { AwsDeleteSecretOptions, AwsVersionsOptions } from "./call-options.js";
export type {
  AwsReplicaRegion,
  AwsReplicateOptions,
  AwsReplicationStatus,
} from "./replication-options.js";
export type {
  AwsCreateWithRotationOptions,
  AwsRollbackOptions,
  AwsRotateSecretOptions,
  AwsRotationScheduleOptions,
  SecretSetter,
} from "./rotation-options.js";
export type { SecretsManagerClientLike } from "./secrets-manager-client.js";
