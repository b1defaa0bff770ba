import {
  auditedList,
  checkStore,
  ForwardingSecretStore,
  type GetSecretOptions,
  type GetSecretsOptions,
  type HealthReport,
  isKey,
  type OperationOptions,
  type PutSecretOptions,
  publishWarning,
  type Secret,
  type SecretDescription,
  SecretError,
  type SecretErrorCode,
  type SecretInput,
  type SecretStore,
  type SecretStoreCapabilities,
  type SecretsResult,
  toSecretError,
} from "@llm-orchestrator/secrets-core";
import { exhausted, isOfCode } from "./fallback-error.js";
import { combineHealth } from "./fallback-health.js";

/** What one store answered, and which one: 0 is the first. */
interface Answer<T> {
  readonly result: T;
  readonly index: number;
}

/**
 * Stores in order: what the first does not have is read from the next. Values, descriptions and
 * lists come from all of them; everything else (writes, deletions, versions, rotation) is the
 * first store's alone, since a version number of one store says nothing in another.
 */
export class FallbackStore extends ForwardingSecretStore {
  readonly #stores: readonly SecretStore[];
  readonly #on: ReadonlySet<SecretErrorCode>;
  readonly #capabilities: SecretStoreCapabilities;
  readonly #warned = new Set<string>();

  /** @param on Codes with which a store passes the question on to the next one. */
  constructor(
    first: SecretStore,
    fallbacks: readonly SecretStore[],
    on: readonly SecretErrorCode[] = ["NOT_FOUND"],
  ) {
    super(first);
    this.#stores = [first, ...fallbacks.map(checkStore)];
    this.#on = new Set(on);
    const list = this.#stores.every(({ capabilities }) => capabilities.list);
    this.#capabilities = Object.freeze({ ...first.capabilities, list });
  }

  override get name(): string {
    return `fallback(${this.#stores.map(({ name }) => name).join(",")})`;
  }

  override get capabilities(): SecretStoreCapabilities {
    return this.#capabilities;
  }

  override async getSecret(key: string, options?: GetSecretOptions): Promise<Secret> {
    const { result } = await this.#read(key, options);
    return result;
  }

  override async getSecrets(
    keys: readonly string[],
    options?: GetSecretsOptions,
  ): Promise<SecretsResult> {
    const secrets = new Map<string, Secret>();
    const errors = new Map<string, SecretError>();
    const misses = new Map<string, SecretError[]>();
    let open: readonly string[] = keys;
    for (const [index, store] of this.#stores.entries()) {
      const found = await store.getSecrets(open, options);
      for (const [key, secret] of found.secrets) {
        secrets.set(key, secret);
        this.#warn(index, key, misses.get(key));
        misses.delete(key);
      }
      for (const [key, error] of found.errors) {
        if (this.#passesOn(error, index)) misses.set(key, [...(misses.get(key) ?? []), error]);
        else {
          errors.set(key, error);
          misses.delete(key);
        }
      }
      open = [...misses.keys()];
      if (open.length === 0) break;
    }
    for (const [key, failures] of misses) errors.set(key, exhausted(failures, this.name));
    return Object.freeze({ secrets: inOrder(keys, secrets), errors: inOrder(keys, errors) });
  }

  override async describeSecret(
    key: string,
    options?: OperationOptions,
  ): Promise<SecretDescription> {
    const { result } = await this.#ask(
      key,
      (store) => store.describeSecret(key, options),
      ({ capabilities }) => capabilities.describe === true,
    );
    return result;
  }

  /** Refuses to hide what a fallback holds under the same key behind an object of one field. */
  override async putSecret(
    key: string,
    value: SecretInput,
    options?: PutSecretOptions,
  ): Promise<Secret> {
    if (typeof options?.field === "string" && this.capabilities.compareAndSet) {
      await this.#checkNotInFallback(key, options);
    }
    return this.inner.putSecret(key, value, options);
  }

  override async *listSecrets(
    prefix?: string,
    options?: OperationOptions,
  ): AsyncGenerator<string, void, undefined> {
    if (!this.#capabilities.list) yield* this.#refuseList(options);
    const seen = new Set<string>();
    for (const [index, store] of this.#stores.entries()) {
      try {
        for await (const key of store.listSecrets(prefix, options)) {
          if (seen.has(key) || !isKey(key, this.keySyntax)) continue;
          seen.add(key);
          yield key;
        }
      } catch (error) {
        const hasNoSuchKeys = index > 0 && isOfCode(error, "INVALID_KEY");
        if (!hasNoSuchKeys) throw error;
      }
    }
  }

  override async healthCheck(options?: OperationOptions): Promise<HealthReport> {
    const reports = await Promise.all(this.#stores.map((store) => store.healthCheck(options)));
    return combineHealth(reports, this.#on);
  }

  /** Closes every store, also when one of them fails to. */
  override async close(): Promise<void> {
    const ends = await Promise.allSettled(this.#stores.map(async (store) => store.close()));
    for (const [index, end] of ends.entries()) {
      const store = this.#stores[index]?.name ?? this.name;
      if (end.status === "rejected") throw toSecretError(end.reason, { store });
    }
  }

  #read(key: string, options: GetSecretOptions | undefined): Promise<Answer<Secret>> {
    return this.#ask(key, (store) => store.getSecret(key, options));
  }

  /** The first store is always asked; a later one only when it is `able`. */
  async #ask<T>(
    key: string,
    call: (store: SecretStore) => Promise<T>,
    able: (store: SecretStore) => boolean = () => true,
  ): Promise<Answer<T>> {
    const failures: SecretError[] = [];
    for (const [index, store] of this.#stores.entries()) {
      if (index > 0 && !able(store)) continue;
      try {
        const result = await call(store);
        this.#warn(index, key, failures);
        return { result, index };
      } catch (error) {
        if (!this.#passesOn(error, index)) throw error;
        failures.push(error);
      }
    }
    throw exhausted(failures, this.name);
  }

  /** A key that a fallback does not accept is one that it does not have. */
  #passesOn(error: unknown, index: number): error is SecretError {
    if (!SecretError.isInstance(error)) return false;
    return this.#on.has(error.code) || (index > 0 && error.code === "INVALID_KEY");
  }

  /** Once for each store that had to answer and each reason why: not once for each read. */
  #warn(index: number, key: string, failures: readonly SecretError[] = []): void {
    const first = failures[0];
    const store = this.#stores[index]?.name;
    if (index === 0 || !first || store === undefined) return;
    const id = `${index} ${first.code}`;
    if (this.#warned.has(id)) return;
    this.#warned.add(id);
    publishWarning({
      code: "FALLBACK_USED",
      store,
      key,
      message:
        `The fallback store ${store} answered for ${this.inner.name}, which said ${first.code}. ` +
        "This is said once; secret.store names who answered each time.",
    });
  }

  async #checkNotInFallback(key: string, { signal }: OperationOptions): Promise<void> {
    let found: Answer<Secret>;
    try {
      found = await this.#read(key, { signal });
    } catch (error) {
      if (isOfCode(error, "NOT_FOUND")) return;
      throw error;
    }
    if (found.index === 0) return;
    throw new SecretError("NOT_SUPPORTED", {
      ...{ key, store: this.name, reason: "field-in-fallback" },
      detail: `only the fallback store ${found.result.store} holds this secret's fields`,
      fix: "Put the whole secret without field, which then stands in front of the fallback's",
    });
  }

  /** An incomplete list would pass for a whole one. */
  #refuseList(options: OperationOptions | undefined): AsyncGenerator<string, void, undefined> {
    const refuse = (): never => {
      throw new SecretError("NOT_SUPPORTED", {
        reason: "list",
        detail: `listSecrets on ${this.name}, of which not every store declares list`,
        fix: "List the store that can by itself",
      });
    };
    const call = { operation: "listSecrets", store: this.name, options, check: refuse } as const;
    return auditedList(call, refuse);
  }
}

function inOrder<T>(keys: readonly string[], found: ReadonlyMap<string, T>): Map<string, T> {
  const ordered = new Map<string, T>();
  for (const key of keys) {
    const value = found.get(key);
    if (value !== undefined) ordered.set(key, value);
  }
  return ordered;
}
