import type { SecretGenerator } from "@llm-orchestrator/secrets-core";
import type { SecretsManagerClientLike } from "./secrets-manager-client.js";

/** What signs a request. `expiration`: when it ends, for credentials of a role. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  readonly expiration?: Date | undefined;
}

/** A role whose rights are used in place of those that the process has. */
export interface AwsAssumeRoleOptions {
  readonly roleArn: string;
  /** Default `"secrets"`: what CloudTrail shows. */
  readonly sessionName?: string | undefined;
  readonly externalId?: string | undefined;
  /** Default 3,600. */
  readonly durationSeconds?: number | undefined;
}

/** Times in milliseconds, unless a name says otherwise. */
export interface AwsSecretStoreOptions {
  /** Default: `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile's. */
  readonly region?: string | undefined;
  /**
   * The primary region and those of the replicas, in the order in which reads try them: in place of
   * `region`. Writes go to the first only.
   */
  readonly regions?: readonly string[] | undefined;
  /** Longest time for a read in one of several regions. Default 2,000. */
  readonly regionTimeoutMs?: number | undefined;
  /**
   * Default: `AWS_ENDPOINT_URL_SECRETS_MANAGER`, `AWS_ENDPOINT_URL`, the `endpoint_url` of the profile that
   * `AWS_PROFILE` names, AWS's own.
   */
  readonly endpoint?: string | ((region: string) => string) | undefined;
  /** Default: as every AWS tool finds them, from the environment to the instance's role. */
  readonly credentials?: AwsCredentials | (() => Promise<AwsCredentials>) | undefined;
  /** A profile of the shared configuration files. Default: `AWS_PROFILE`. */
  readonly profile?: string | undefined;
  /** Needs the package `@aws-sdk/credential-providers`. */
  readonly assumeRole?: AwsAssumeRoleOptions | undefined;
  /** The KMS key of secrets that this store creates. Default: `aws/secretsmanager`. */
  readonly kmsKeyId?: string | undefined;
  /** Longest time to connect. Default 1,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** Longest time for one attempt. Default 3,000. */
  readonly timeoutMs?: number | undefined;
  /** Longest time for a call with all its attempts. Default 10,000. */
  readonly deadlineMs?: number | undefined;
  /** Of the SDK, the only one who repeats a request. Default 3. */
  readonly maxAttempts?: number | undefined;
  /** Connections to one region at once. Default 50. */
  readonly maxSockets?: number | undefined;
  /** How long a deleted secret can be restored: 7 to 30. Default 30. */
  readonly recoveryWindowDays?: number | undefined;
  /** What a put to a secret does that is going to be deleted. Default `"error"`. */
  readonly onPendingDeletion?: "error" | "restore" | undefined;
  /** A key to whose reading `healthCheck` holds. Default: it asks for a secret that need not exist. */
  readonly healthKey?: string | undefined;
  /** Longest time that `rotateSecret` waits for a rotation that AWS carries out. Default 300,000. */
  readonly rotationTimeoutMs?: number | undefined;
  /** Makes new values for `rotateSecret` calls that bring no generator of their own. */
  readonly generate?: SecretGenerator | undefined;
  /**
   * A configured `SecretsManagerClient`, or a function that has one for a region, in place of `endpoint`,
   * credentials, timeouts and attempts. `close()` does not destroy it. One client is for one region: ARNs
   * of others need a function.
   */
  readonly client?:
    | SecretsManagerClientLike
    | ((region: string | undefined) => SecretsManagerClientLike)
    | undefined;
  /** Lets secrets go over plain HTTP to other machines. */
  readonly dangerouslyAllowPlainHttp?: boolean | undefined;
  /**
   * What applies where these options say nothing, and gives way where they contradict it: what
   * `AwsConfig.fromEnv()` found. So `regions` or a `client` beside it need not be reconciled with the
   * variables of the environment.
   */
  readonly defaults?: Omit<AwsSecretStoreOptions, "defaults"> | undefined;
}
