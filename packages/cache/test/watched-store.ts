import {
  ForwardingSecretStore,
  type GetSecretOptions,
  type GetSecretsOptions,
  type GetSecretVersionOptions,
  type SecretAbortSignal,
  type SecretValue,
  type WriteContext,
} from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { FakeClock } from "secrets-tools/fake-clock";
import { SecretCache, type SecretCacheOptions } from "../src/index.js";

interface Call {
  readonly operation: "getSecret" | "getSecrets" | "getSecretVersion";
  readonly keys: readonly string[];
  readonly signal: SecretAbortSignal | undefined;
}

/** Remembers every read that reaches the store, and can hold answers back. */
export class WatchedStore extends ForwardingSecretStore {
  readonly calls: Call[] = [];
  #gate: Promise<void> | undefined;

  /** From now on answers are found at once, and handed over only after the returned function. */
  hold(): () => void {
    let release = () => {};
    this.#gate = new Promise((resolve) => {
      release = () => {
        this.#gate = undefined;
        resolve();
      };
    });
    return release;
  }

  override getSecret(key: string, options?: GetSecretOptions) {
    return this.#watch("getSecret", [key], options, () => this.inner.getSecret(key, options));
  }

  override getSecrets(keys: readonly string[], options?: GetSecretsOptions) {
    return this.#watch("getSecrets", keys, options, () => this.inner.getSecrets(keys, options));
  }

  override getSecretVersion(key: string, version: string, options?: GetSecretVersionOptions) {
    const work = () => this.inner.getSecretVersion(key, version, options);
    return this.#watch("getSecretVersion", [key], options, work);
  }

  async #watch<T>(
    operation: Call["operation"],
    keys: readonly string[],
    options: { readonly signal?: SecretAbortSignal | undefined } | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    this.calls.push({ operation, keys, signal: options?.signal });
    const gate = this.#gate;
    const answer = work();
    answer.catch(() => {}); // handed over below
    await gate;
    return answer;
  }
}

/** As environment variables are: nothing tells which of two answers is the older one. */
export class UnversionedStore extends MemorySecretStore {
  protected override async read(key: string) {
    const data = await super.read(key);
    return data && { ...data, version: undefined, createdAt: undefined };
  }

  protected override async write(key: string, value: SecretValue, context: WriteContext) {
    return { ...(await super.write(key, value, context)), version: undefined };
  }
}

/** A cache around a watched memory store, on a clock that the test moves. No jitter. */
export function cacheFixture(options: SecretCacheOptions = {}, maxBatchSize = 20) {
  const clock = new FakeClock();
  const memory = MemorySecretStore.from(
    { "openai/api_key": "sk-one", database: '{"user":"app","password":"p1"}' },
    { now: clock.now, maxBatchSize },
  );
  const store = new WatchedStore(memory);
  const cache = new SecretCache(store, { ttlMs: 1_000, jitter: false, clock, ...options });
  const expose = async (key = "openai/api_key") => (await cache.getSecret(key)).value.expose();
  return { clock, memory, store, cache, expose };
}
