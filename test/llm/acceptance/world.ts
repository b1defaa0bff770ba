import { SecretCache } from "@llm-orchestrator/secrets-cache";
import {
  ForwardingSecretStore,
  type GetSecretOptions,
  type SecretErrorCode,
  type SecretStore,
} from "@llm-orchestrator/secrets-core";
import { EnvSecretStore } from "@llm-orchestrator/secrets-env";
import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { FakeClock } from "secrets-tools/fake-clock";
import { type LlmServer, startLlmServer } from "secrets-tools/llm-server";
import { onTestFinished } from "vitest";

export const key = "llm/api_key";
export const oldKey = "sk-canary-old-7d19c2f4";
export const newKey = "sk-canary-new-b83e05a6";
export const answer = "Hello from a sample model.";
export const ttlMs = 60_000;

/** A store with versions, and one without. */
export type Backend = "memory" | "env";

/** Remembers every read that reaches it, and can keep readers waiting. */
class WatchedStore extends ForwardingSecretStore {
  readonly reads: GetSecretOptions[] = [];
  #gate: Promise<void> | undefined;

  /** From now on reads wait for the returned function, or for their signal. */
  hold(): () => void {
    let release = () => {};
    this.#gate = new Promise((resolve) => {
      release = resolve;
    });
    return () => {
      this.#gate = undefined;
      release();
    };
  }

  override async getSecret(name: string, options: GetSecretOptions = {}) {
    this.reads.push(options);
    await this.#gate;
    return this.inner.getSecret(name, options);
  }
}

/** A model server that takes the old key, and a cache over a store that holds it. */
export interface World {
  readonly server: LlmServer;
  readonly store: SecretCache;
  readonly watched: WatchedStore;
  readonly clock: FakeClock;
  /** Somebody else changes the secret: the cache is not told. */
  put(value: string): Promise<void>;
  /** The server takes these keys and no other from now on. */
  accept(...keys: readonly string[]): void;
  /** The store fails, each time, until it is told otherwise. */
  fail(code: SecretErrorCode | undefined): void;
  /** Reads that went past the cache because a key was refused. */
  forcedReads(): number;
  /** What the server saw and answered, oldest first: `["old 401", "new 200"]`. */
  seen(): string[];
}

interface Truth {
  readonly store: SecretStore;
  put(value: string): Promise<unknown>;
  fail(code: SecretErrorCode | undefined): void;
}

const truths: Readonly<Record<Backend, () => Truth>> = {
  memory: () => {
    const store = MemorySecretStore.from({ [key]: oldKey });
    const fail = (code: SecretErrorCode | undefined) => store.simulate(code);
    return { store, fail, put: (value) => store.putSecret(key, value) };
  },
  env: () => {
    const environment: Record<string, string> = { LLM_API_KEY: oldKey };
    return {
      store: new EnvSecretStore({ environment }),
      put: async (value) => Object.assign(environment, { LLM_API_KEY: value }),
      fail: () => {
        throw new Error("variables do not fail");
      },
    };
  },
};

export async function makeWorld(backend: Backend = "memory"): Promise<World> {
  const server = await startLlmServer({ keys: [oldKey], answer });
  onTestFinished(() => server.close());
  const truth = truths[backend]();
  const watched = new WatchedStore(truth.store);
  const clock = new FakeClock();
  const store = new SecretCache(watched, { ttlMs, clock, jitter: false, refreshAhead: false });
  return {
    ...{ server, store, watched, clock, fail: truth.fail },
    put: async (value) => void (await truth.put(value)),
    accept: (...keys) => {
      server.keys.clear();
      for (const each of keys) server.keys.add(each);
    },
    forcedReads: () => watched.reads.filter(({ fresh }) => fresh).length,
    seen: () => sequenceOf(server),
  };
}

export function sequenceOf({ requests }: LlmServer): string[] {
  const names = new Map([
    [oldKey, "old"],
    [newKey, "new"],
  ]);
  return requests.map(({ key: sent = "", status }) => `${names.get(sent) ?? "other"} ${status}`);
}
