import { setTimeout as wait } from "node:timers/promises";
import { SecretError, type SecretStore } from "@llm-orchestrator/secrets-core";

export interface ReadRecord {
  readonly key: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly isStale: boolean;
  /** Of the error, if any; `"none"` where that was no `SecretError`. */
  readonly code: string | undefined;
}

/** One reader a key, who reads about once a millisecond, whatever comes. */
export class Readers {
  readonly reads: ReadRecord[] = [];
  /** By key. */
  readonly newest = new Map<string, ReadRecord>();
  #isStopped = false;
  readonly #ended: Promise<unknown>;

  constructor(store: SecretStore, keys: readonly string[]) {
    this.#ended = Promise.all(keys.map((key) => this.#run(store, key)));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#ended;
  }

  async #run(store: SecretStore, key: string): Promise<void> {
    while (!this.#isStopped) {
      const startMs = performance.now();
      const outcome = await store.getSecret(key).then(
        ({ stale }) => ({ isStale: stale, code: undefined }),
        (error: unknown) => ({
          isStale: false,
          code: SecretError.isInstance(error) ? error.code : "none",
        }),
      );
      const read = { key, startMs, endMs: performance.now(), ...outcome };
      this.reads.push(read);
      this.newest.set(key, read);
      await wait(1);
    }
  }
}
