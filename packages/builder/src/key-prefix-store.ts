import {
  type AuditOperation,
  auditedCall,
  auditedList,
  checkKey,
  checkPrefix,
  type DeleteSecretOptions,
  ForwardingSecretStore,
  type GetSecretOptions,
  type GetSecretsOptions,
  type GetSecretVersionOptions,
  isKey,
  isSecretValue,
  type KeySyntax,
  type OperationOptions,
  type PutSecretOptions,
  type RotateSecretOptions,
  type Secret,
  type SecretDescription,
  SecretError,
  type SecretInput,
  type SecretStore,
  type SecretsResult,
  type SecretVersion,
  toSecretError,
} from "@llm-orchestrator/secrets-core";
import { isPrefix } from "./is-prefix.js";

/**
 * The part of a store below one prefix. Its callers see their own keys everywhere: in secrets,
 * descriptions, lists and errors. Audit events come from the wrapped store and hold the whole key,
 * as the service's own log does.
 */
export class KeyPrefixStore extends ForwardingSecretStore {
  readonly #prefix: string;
  readonly #keySyntax: KeySyntax;

  /** @throws SecretError `INVALID_KEY` when no key of the store starts with the prefix. */
  constructor(inner: SecretStore, prefix: string) {
    super(inner);
    const { keySyntax } = inner;
    checkPrefix(prefix, keySyntax);
    this.#prefix = prefix;
    this.#keySyntax = Object.freeze({
      ...keySyntax,
      maxLength: keySyntax.maxLength - prefix.length,
    });
  }

  override get keySyntax(): KeySyntax {
    return this.#keySyntax;
  }

  override getSecret(key: string, options?: GetSecretOptions): Promise<Secret> {
    return this.#call("getSecret", key, options, async (fullKey) =>
      withKey(await this.inner.getSecret(fullKey, this.#withFullRejected(options)), key),
    );
  }

  override async getSecrets(
    keys: readonly string[],
    options?: GetSecretsOptions,
  ): Promise<SecretsResult> {
    if (!Array.isArray(keys) || keys.some((key) => typeof key !== "string")) {
      return this.inner.getSecrets(keys, options); // it refuses them, and says why
    }
    const wanted = [...new Set<string>(keys)];
    const faults = new Map(wanted.map((key) => [key, this.#faultOf(key)]));
    const accepted = wanted.filter((key) => faults.get(key) === undefined);
    const found = await this.inner.getSecrets(
      accepted.map((key) => this.#prefix + key),
      options,
    );
    const secrets = new Map<string, Secret>();
    const errors = new Map<string, SecretError>();
    for (const key of wanted) {
      const secret = found.secrets.get(this.#prefix + key);
      const fault = faults.get(key);
      const error = fault ?? found.errors.get(this.#prefix + key);
      if (error) errors.set(key, fault ?? this.#withCallersKey(error, key));
      else if (secret) secrets.set(key, withKey(secret, key));
    }
    return Object.freeze({ secrets, errors });
  }

  override putSecret(key: string, value: SecretInput, options?: PutSecretOptions): Promise<Secret> {
    return this.#call("putSecret", key, options, async (fullKey) =>
      withKey(await this.inner.putSecret(fullKey, value, options), key),
    );
  }

  override deleteSecret(key: string, options?: DeleteSecretOptions): Promise<void> {
    return this.#call("deleteSecret", key, options, (fullKey) =>
      this.inner.deleteSecret(fullKey, options),
    );
  }

  override restoreSecret(key: string, options?: OperationOptions): Promise<void> {
    return this.#call("restoreSecret", key, options, (fullKey) =>
      this.inner.restoreSecret(fullKey, options),
    );
  }

  override describeSecret(key: string, options?: OperationOptions): Promise<SecretDescription> {
    return this.#call("describeSecret", key, options, async (fullKey) =>
      withKey(await this.inner.describeSecret(fullKey, options), key),
    );
  }

  override async *listSecrets(
    prefix = "",
    options?: OperationOptions,
  ): AsyncGenerator<string, void, undefined> {
    const check = () => checkPrefix(prefix, this.#keySyntax);
    if (!isPrefix(prefix, this.#keySyntax)) {
      const call = { operation: "listSecrets", store: this.name, options, check } as const;
      yield* auditedList(call, nothing);
    }
    for await (const fullKey of this.inner.listSecrets(this.#prefix + prefix, options)) {
      const key = fullKey.slice(this.#prefix.length);
      // What this store could not read is not one of its keys: "team/x" below the prefix "team".
      if (fullKey.startsWith(this.#prefix) && isKey(key, this.#keySyntax)) yield key;
    }
  }

  override rotateSecret(key: string, options?: RotateSecretOptions): Promise<Secret> {
    return this.#call("rotateSecret", key, options, async (fullKey) =>
      withKey(await this.inner.rotateSecret(fullKey, options), key),
    );
  }

  override getSecretVersions(
    key: string,
    options?: OperationOptions,
  ): Promise<readonly SecretVersion[]> {
    return this.#call("getSecretVersions", key, options, (fullKey) =>
      this.inner.getSecretVersions(fullKey, options),
    );
  }

  override getSecretVersion(
    key: string,
    version: string,
    options?: GetSecretVersionOptions,
  ): Promise<Secret> {
    return this.#call("getSecretVersion", key, options, async (fullKey) =>
      withKey(await this.inner.getSecretVersion(fullKey, version, options), key),
    );
  }

  /**
   * Checks the caller's own key: with the prefix before it, an empty one or a number would be a
   * good key of the wrapped store. Refusing it is audited here, since that store is not asked.
   */
  async #call<T>(
    operation: AuditOperation,
    key: string,
    options: OperationOptions | undefined,
    work: (fullKey: string) => Promise<T>,
  ): Promise<T> {
    const check = () => checkKey(key, this.#keySyntax);
    if (!isKey(key, this.#keySyntax)) {
      return auditedCall({ operation, store: this.name, options, check }, () => work(key));
    }
    try {
      return await work(this.#prefix + key);
    } catch (error) {
      throw this.#withCallersKey(error, key);
    }
  }

  #faultOf(key: string): SecretError | undefined {
    try {
      checkKey(key, this.#keySyntax);
      return undefined;
    } catch (error) {
      return toSecretError(error, { store: this.name });
    }
  }

  #withCallersKey(error: SecretError, key: string): SecretError;
  #withCallersKey(error: unknown, key: string): unknown;
  #withCallersKey(error: unknown, key: string): unknown {
    if (!SecretError.isInstance(error)) return error;
    if (error.code === "INVALID_KEY" && error.reason === undefined) return belowPrefix(error);
    return error.key === this.#prefix + key ? SecretError.rewrite(error, { key }) : error;
  }

  /** The refused secret under the name that the wrapped store gave it. */
  #withFullRejected(options: GetSecretOptions | undefined): GetSecretOptions | undefined {
    const rejected = options?.rejected;
    if (!isSecretValue(rejected?.value)) return options;
    return { ...options, rejected: withKey(rejected as Secret, this.#prefix + rejected?.key) };
  }
}

/** The caller's key was good by itself. */
function belowPrefix(error: SecretError): SecretError {
  return new SecretError("INVALID_KEY", {
    store: error.store,
    detail: `${error.detail ?? "the key is refused"}, with the key prefix before it`,
    fix: `${error.fix}, or change the key prefix`,
  });
}

function withKey<T extends { readonly key: string }>(subject: T, key: string): T {
  return Object.freeze({ ...subject, key });
}

async function* nothing(): AsyncGenerator<string, void, undefined> {}
