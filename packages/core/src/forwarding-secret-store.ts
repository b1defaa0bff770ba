import type { KeySyntax } from "./key-syntax.js";
import type { Secret, SecretDescription, SecretVersion } from "./secret.js";
import { SecretError } from "./secret-error.js";
import type * as contract from "./secret-store.js";
import type { SecretInput } from "./secret-value.js";

/**
 * What a decorator extends: hands every call to the store that it wraps, and closes it. Override
 * what should differ.
 *
 * @throws SecretError `CONFIGURATION` when the wrapped thing is not a store of this contract.
 * @example
 * ```ts
 * import { ForwardingSecretStore, type GetSecretOptions } from "@llm-orchestrator/secrets-core";
 *
 * class UpperCaseKeys extends ForwardingSecretStore {
 *   override async getSecret(key: string, options?: GetSecretOptions) {
 *     return super.getSecret(key.toUpperCase(), options);
 *   }
 * }
 * ```
 */
export class ForwardingSecretStore implements contract.SecretStore {
  readonly specificationVersion = 1;
  /** The store that is wrapped. */
  protected readonly inner: contract.SecretStore;

  constructor(inner: contract.SecretStore) {
    this.inner = checkStore(inner);
  }

  get name(): string {
    return this.inner.name;
  }

  get capabilities(): contract.SecretStoreCapabilities {
    return this.inner.capabilities;
  }

  get keySyntax(): KeySyntax {
    return this.inner.keySyntax;
  }

  getSecret(key: string, options?: contract.GetSecretOptions): Promise<Secret> {
    return this.inner.getSecret(key, options);
  }

  getSecrets(
    keys: readonly string[],
    options?: contract.GetSecretsOptions,
  ): Promise<contract.SecretsResult> {
    return this.inner.getSecrets(keys, options);
  }

  putSecret(key: string, value: SecretInput, options?: contract.PutSecretOptions): Promise<Secret> {
    return this.inner.putSecret(key, value, options);
  }

  deleteSecret(key: string, options?: contract.DeleteSecretOptions): Promise<void> {
    return this.inner.deleteSecret(key, options);
  }

  restoreSecret(key: string, options?: contract.OperationOptions): Promise<void> {
    return this.inner.restoreSecret(key, options);
  }

  describeSecret(key: string, options?: contract.OperationOptions): Promise<SecretDescription> {
    return this.inner.describeSecret(key, options);
  }

  listSecrets(prefix?: string, options?: contract.OperationOptions): AsyncIterable<string> {
    return this.inner.listSecrets(prefix, options);
  }

  rotateSecret(key: string, options?: contract.RotateSecretOptions): Promise<Secret> {
    return this.inner.rotateSecret(key, options);
  }

  getSecretVersions(
    key: string,
    options?: contract.OperationOptions,
  ): Promise<readonly SecretVersion[]> {
    return this.inner.getSecretVersions(key, options);
  }

  getSecretVersion(
    key: string,
    version: string,
    options?: contract.GetSecretVersionOptions,
  ): Promise<Secret> {
    return this.inner.getSecretVersion(key, version, options);
  }

  healthCheck(options?: contract.OperationOptions): Promise<contract.HealthReport> {
    return this.inner.healthCheck(options);
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/**
 * Hands the store back when it follows this contract.
 *
 * @throws SecretError `CONFIGURATION` otherwise: not a store, or another `specificationVersion`.
 */
export function checkStore<Store extends contract.SecretStore>(store: Store): Store {
  const { specificationVersion, getSecret, name, capabilities, keySyntax } = (store ??
    {}) as Partial<contract.SecretStore>;
  const isWhole = typeof name === "string" && capabilities && keySyntax?.pattern instanceof RegExp;
  if (specificationVersion === 1 && typeof getSecret === "function" && isWhole) return store;
  const isStore = typeof specificationVersion === "number" && typeof getSecret === "function";
  const isOther = isStore && specificationVersion !== 1;
  throw new SecretError("CONFIGURATION", {
    reason: isOther ? "specification-version" : "not-a-store",
    detail: isOther
      ? `the store follows version ${specificationVersion} of the contract, not 1`
      : "what was passed as a store is not a SecretStore",
    fix: isOther
      ? "Install versions of the packages that belong together"
      : "Pass an instance such as new EnvSecretStore()",
  });
}
