import {
  type DeleteSecretOptions,
  ForwardingSecretStore,
  type GetSecretOptions,
  type GetSecretsOptions,
  type GetSecretVersionOptions,
  isAudited,
  isKey,
  type OperationOptions,
  type PutSecretOptions,
  type RotateSecretOptions,
  type Secret,
  type SecretInput,
  type SecretStore,
  type SecretsResult,
} from "@llm-orchestrator/secrets-core";
import { checkCacheOptions, type SecretCacheOptions } from "./cache-options.js";
import { CacheCounters, type SecretCacheStats } from "./cache-stats.js";
import { Contents } from "./contents.js";
import { type CacheParts, Loader } from "./loader.js";
import { ManyReader } from "./many-reader.js";
import { PlaceReader } from "./place-reader.js";
import { copyOptions, hasOnlyLiveSignal, takeReadOptions } from "./read-options.js";
import { RefreshQueue } from "./refresh-queue.js";
import { Timekeeper } from "./timekeeper.js";
import { VersionFloor } from "./version-floor.js";

/**
 * A cache around any store, and a store itself. A hit costs one look-up; however many readers miss
 * together, one request goes out; what was written through it is never followed by what was there
 * before. It closes the store that it wraps.
 *
 * @throws SecretError `CONFIGURATION` for an option that cannot be used, or a store of another
 * contract.
 * @example
 * ```ts
 * import { SecretCache } from "@llm-orchestrator/secrets-cache";
 * import { EnvSecretStore } from "@llm-orchestrator/secrets-env";
 *
 * const cache = new SecretCache(new EnvSecretStore(), { ttlMs: 60_000 });
 * const secret = await cache.getSecret("openai/api_key");
 * console.log(cache.stats().hitRate); // 0
 * ```
 */
export class SecretCache extends ForwardingSecretStore {
  readonly #name: string;
  readonly #parts: CacheParts;
  readonly #contents: Contents;
  readonly #timekeeper: Timekeeper;
  readonly #counters = new CacheCounters();
  readonly #places: PlaceReader;
  readonly #many: ManyReader;
  #isClosed = false;
  #stopCleaning = () => {};

  constructor(store: SecretStore, options: SecretCacheOptions = {}) {
    super(store);
    const settings = checkCacheOptions(options);
    const { maxEntries, ttlMs, clock } = settings;
    const counters = this.#counters;
    this.#name = `cache(${store.name})`;
    this.#timekeeper = new Timekeeper(clock);
    this.#contents = new Contents(maxEntries, counters);
    this.#parts = {
      ...{ inner: store, settings, counters },
      ...{ contents: this.#contents, timekeeper: this.#timekeeper },
      floor: new VersionFloor(this.#timekeeper, maxEntries, ttlMs),
    };
    const loader = new Loader(this.#parts);
    const refreshes = new RefreshQueue(this.#parts, loader);
    this.#places = new PlaceReader(this.#parts, loader, refreshes, this.#name);
    this.#many = new ManyReader(this.#parts, loader, this.#places);
    this.#scheduleCleanup();
  }

  override get name(): string {
    return this.#name;
  }

  /** What the option said; each process shortens it by its jitter. */
  get ttlMs(): number {
    return this.#parts.settings.ttlMs;
  }

  /** Secrets, fields and versions held, those whose time is over included. */
  get size(): number {
    return this.#contents.size;
  }

  /** What the cache did until now. */
  stats(): SecretCacheStats {
    return this.#counters.snapshot();
  }

  /** Every request of an application passes here: a hit is looked up and handed back as it is. */
  override getSecret(key: string, options?: GetSecretOptions): Promise<Secret> {
    if (options === undefined || hasOnlyLiveSignal(options)) {
      const slot = this.#contents.records.get(key);
      if (
        slot?.promise !== undefined &&
        this.#timekeeper.isBefore(slot.dueWallMs, slot.dueMonotonicMs) &&
        !isAudited()
      ) {
        slot.wasRead = true;
        this.#counters.hits++;
        return slot.promise;
      }
    }
    const taken = takeReadOptions(options, ["field", "fresh", "rejected", "signal"]);
    if (!taken || !this.#mayHold(key)) {
      return settled(() => this.inner.getSecret(key, options)); // it says what is wrong
    }
    return this.#places.read({ operation: "getSecret", key, field: taken.field }, taken);
  }

  override getSecrets(
    keys: readonly string[],
    options?: GetSecretsOptions,
  ): Promise<SecretsResult> {
    const taken = takeReadOptions(options, ["fresh", "signal"]);
    const isList = Array.isArray(keys) && Array.from(keys).every((key) => typeof key === "string");
    if (!taken || this.#isClosed || !isList) {
      return settled(() => this.inner.getSecrets(keys, options));
    }
    return this.#many.read(keys, taken);
  }

  override getSecretVersion(
    key: string,
    version: string,
    options?: GetSecretVersionOptions,
  ): Promise<Secret> {
    const taken = takeReadOptions(options, ["field", "signal"]);
    const canBeRead = this.inner.capabilities.versions && typeof version === "string";
    if (!taken || !canBeRead || !this.#mayHold(key)) {
      return settled(() => this.inner.getSecretVersion(key, version, options));
    }
    const place = { operation: "getSecretVersion", key, field: taken.field } as const;
    return this.#places.read(version === "current" ? place : { ...place, version }, taken);
  }

  override putSecret(key: string, value: SecretInput, options?: PutSecretOptions): Promise<Secret> {
    const { taken, field } = copyOptions(options);
    return this.#write(key, field, () => this.inner.putSecret(key, value, taken));
  }

  override rotateSecret(key: string, options?: RotateSecretOptions): Promise<Secret> {
    const { taken, field } = copyOptions(options);
    return this.#write(key, field, () => this.inner.rotateSecret(key, taken));
  }

  override deleteSecret(key: string, options?: DeleteSecretOptions): Promise<void> {
    return this.#write(key, undefined, () => this.inner.deleteSecret(key, options));
  }

  override restoreSecret(key: string, options?: OperationOptions): Promise<void> {
    return this.#write(key, undefined, () => this.inner.restoreSecret(key, options));
  }

  /**
   * The secret if it is held and its time is not over, without a promise. Asks nobody, counts
   * nothing, and never throws.
   */
  peekSecret(key: string): Secret | undefined {
    const slot = this.#contents.records.get(key);
    if (slot?.secret === undefined) return undefined;
    const isLive = this.#timekeeper.isBefore(slot.endWallMs, slot.endMonotonicMs);
    return isLive ? slot.secret : undefined;
  }

  /** Lets a key go, with its fields and versions. The next read asks the store. */
  invalidate(key: string): void {
    this.#counters.invalidations += this.#contents.forget(key);
    this.#parts.floor.drop(key);
  }

  /** Lets everything go. */
  clear(): void {
    this.#counters.invalidations += this.#contents.clear();
    this.#parts.floor.clear();
  }

  /** Takes out of memory what can no longer be served. Returns how many that were. */
  cleanupExpired(): number {
    let count = 0;
    for (const slot of this.#contents.held()) if (this.#places.expire(slot)) count++;
    this.#parts.floor.purge();
    return count;
  }

  /**
   * Reads what is not held yet, in as few requests as the store can. Resolves with what was found
   * and what was not, as `getSecrets` does.
   */
  preload(keys: readonly string[], options?: OperationOptions): Promise<SecretsResult> {
    return this.getSecrets(keys, options);
  }

  /** Lets everything go and closes the wrapped store. */
  override close(): Promise<void> {
    this.#isClosed = true;
    this.#stopCleaning();
    this.#contents.clear();
    this.#parts.floor.clear();
    return super.close();
  }

  /** A look-up that finds something is the check of the key: only keys that passed it are held. */
  #mayHold(key: string): boolean {
    if (this.#isClosed) return false;
    return this.#contents.records.has(key) || isKey(key, this.inner.keySyntax);
  }

  /**
   * Lets the key go before and after: no answer to a read that was under way at either moment is
   * kept. Either one alone lets an older value back in.
   */
  async #write<T>(key: string, field: string | undefined, write: () => Promise<T>): Promise<T> {
    const { floor } = this.#parts;
    this.#drop(key);
    try {
      const written = await write();
      if (this.#isClosed) return written;
      if (isSecret(written)) floor.raise(key, field, written);
      else floor.drop(key);
      return written;
    } finally {
      this.#drop(key);
    }
  }

  #drop(key: string): void {
    this.#counters.invalidations += this.#contents.forget(key);
  }

  #scheduleCleanup(): void {
    const { cleanupIntervalMs } = this.#parts.settings;
    if (cleanupIntervalMs === 0 || this.#isClosed) return;
    const cache = new WeakRef(this); // one that nobody has any more is not held by its timer
    this.#stopCleaning = this.#timekeeper.later(() => {
      const alive = cache.deref();
      if (!alive) return;
      alive.cleanupExpired();
      alive.#scheduleCleanup();
    }, cleanupIntervalMs);
  }
}

/** A store that throws where it should reject. */
async function settled<T>(call: () => Promise<T>): Promise<T> {
  return call();
}

function isSecret(result: unknown): result is Secret {
  return typeof result === "object" && result !== null && "value" in result;
}
