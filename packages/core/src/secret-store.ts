/// <reference lib="esnext.disposable" preserve="true" />
import type { SecretAbortSignal } from "./abort.js";
import type { KeySyntax } from "./key-syntax.js";
import type { Secret, SecretDescription, SecretTags, SecretVersion } from "./secret.js";
import type { SecretError } from "./secret-error.js";
import type { SecretInput, SecretValue } from "./secret-value.js";

/** What a store can do. A missing entry reads as false. */
export interface SecretStoreCapabilities {
  readonly write?: boolean;
  /** Permanent deletion. */
  readonly delete?: boolean;
  /** Recoverable deletion, and its undoing. */
  readonly restore?: boolean;
  readonly list?: boolean;
  readonly describe?: boolean;
  readonly versions?: boolean;
  /** Needs `versions`. */
  readonly rotate?: boolean;
  /** `expectedVersion`, and changing one `field`. */
  readonly compareAndSet?: boolean;
  /** Values that are not UTF-8 text. */
  readonly binary?: boolean;
  /** Description, tags and rotation period on `putSecret`. */
  readonly metadata?: boolean;
  /** Keys that one request can read. 1, the default: `getSecrets` reads one by one. */
  readonly maxBatchSize?: number;
}

export interface OperationOptions {
  /** Cancels the call, which then rejects with the signal's own reason. */
  readonly signal?: SecretAbortSignal | undefined;
}

export interface GetSecretOptions extends OperationOptions {
  /** One field of a secret that is a JSON object. A text as it is, anything else as JSON text. */
  readonly field?: string | undefined;
  /** Past every cache. */
  readonly fresh?: boolean | undefined;
  /**
   * A secret that the service refused (HTTP 401): a cache answers with what it holds if its value
   * differs, else with one shared read past itself. A store without a cache just reads.
   */
  readonly rejected?: Secret | undefined;
}

export interface GetSecretsOptions extends OperationOptions {
  readonly fresh?: boolean | undefined;
}

export interface PutSecretOptions extends OperationOptions {
  /** Changes this field of a JSON object and keeps the others, by compare-and-set. */
  readonly field?: string | undefined;
  readonly description?: string | undefined;
  /** Left out keeps the tags, given replaces them all. */
  readonly tags?: SecretTags | undefined;
  /** Days between rotations; a whole number above 0. */
  readonly rotationPeriodDays?: number | undefined;
  /** The version that must be current, or `null` for "must not exist"; else `CONFLICT`. */
  readonly expectedVersion?: string | null | undefined;
}

export interface DeleteSecretOptions extends OperationOptions {
  /** Default: recoverable where the store can, else the call is refused. */
  readonly mode?: "recoverable" | "permanent" | undefined;
}

export interface GetSecretVersionOptions extends OperationOptions {
  readonly field?: string | undefined;
}

/** Makes a new value. Told the current one, since some generators need it (a password change). */
export type SecretGenerator = (input: {
  readonly current: SecretValue;
  readonly version: string | undefined;
  readonly signal: SecretAbortSignal | undefined;
}) => SecretInput | Promise<SecretInput>;

/**
 * Tries the new value where it will be used. Throwing, `false` or anything else but `true` or
 * nothing keeps the old one current: with `fetch`, return `response.ok`, since a refused key gives
 * a response too.
 */
export type SecretVerifier = (
  candidate: SecretValue,
  options: { readonly signal: SecretAbortSignal | undefined },
  // biome-ignore lint/suspicious/noConfusingVoidType: a verifier that throws need not return
) => boolean | void | Promise<boolean | void>;

export interface RotateSecretOptions extends OperationOptions {
  readonly generate?: SecretGenerator | undefined;
  readonly verify?: SecretVerifier | undefined;
  /** Rotates this field of a JSON object and keeps the others. */
  readonly field?: string | undefined;
}

/** What `getSecrets` found; each key is in exactly one of the two maps. */
export interface SecretsResult {
  readonly secrets: ReadonlyMap<string, Secret>;
  readonly errors: ReadonlyMap<string, SecretError>;
}

/** Whether the next read would work. */
export interface HealthReport {
  readonly ok: boolean;
  /**
   * `"ready"`, or why not: `"unauthenticated"`, `"denied"`, `"throttled"`, `"unavailable"`,
   * `"misconfigured"`, `"closed"`, `"unknown"`; a backend may have finer ones (`"sealed"`).
   */
  readonly state: string;
  readonly error?: SecretError;
  readonly latencyMs: number;
}

/**
 * Where secrets are kept. Every method rejects with a {@link SecretError} (or, when cancelled,
 * with the signal's own reason) and none throws synchronously.
 *
 * @example
 * ```ts
 * import type { SecretStore } from "@llm-orchestrator/secrets-core";
 *
 * async function authorization(store: SecretStore): Promise<string> {
 *   const secret = await store.getSecret("openai/api_key");
 *   return `Bearer ${secret.value.expose()}`;
 * }
 * ```
 */
export interface SecretStore extends AsyncDisposable {
  /** Another number is another contract: `CONFIGURATION` wherever the store is passed. */
  readonly specificationVersion: 1;
  /** `"vault"`, `"cache(vault)"`: who answered, in secrets, errors and audit events. */
  readonly name: string;
  /** Known without I/O. What is not declared rejects with `NOT_SUPPORTED`. */
  readonly capabilities: SecretStoreCapabilities;
  readonly keySyntax: KeySyntax;
  /** The current version. @throws SecretError `NOT_FOUND` when absent or deleted. */
  getSecret(key: string, options?: GetSecretOptions): Promise<Secret>;
  /** Many at once. Rejects only for bad arguments, a closed store or an abort. */
  getSecrets(keys: readonly string[], options?: GetSecretsOptions): Promise<SecretsResult>;
  /** Creates the secret or makes a new version of it. */
  putSecret(key: string, value: SecretInput, options?: PutSecretOptions): Promise<Secret>;
  /** An absent key resolves. Never silently permanent. */
  deleteSecret(key: string, options?: DeleteSecretOptions): Promise<void>;
  /** Undoes a recoverable deletion; a live key is left alone, an absent one is `NOT_FOUND`. */
  restoreSecret(key: string, options?: OperationOptions): Promise<void>;
  describeSecret(key: string, options?: OperationOptions): Promise<SecretDescription>;
  /** Every key that starts with `prefix`, matched as text. Does nothing before the first `next`. */
  listSecrets(prefix?: string, options?: OperationOptions): AsyncIterable<string>;
  /** Makes a new value and makes it current; the old one stays readable as `"previous"`. */
  rotateSecret(key: string, options?: RotateSecretOptions): Promise<Secret>;
  /** Newest first. */
  getSecretVersions(key: string, options?: OperationOptions): Promise<readonly SecretVersion[]>;
  /** A version id, `"current"` or `"previous"`. */
  getSecretVersion(
    key: string,
    version: string,
    options?: GetSecretVersionOptions,
  ): Promise<Secret>;
  /** Resolves also when the server is down. */
  healthCheck(options?: OperationOptions): Promise<HealthReport>;
  /** Ends what the store holds open; a wrapper closes what it wraps. May be called twice. */
  close(): Promise<void>;
}
