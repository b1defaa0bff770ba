import { type Secret, SecretError } from "@llm-orchestrator/secrets-core";
import type { Moment, Timekeeper } from "./timekeeper.js";
import { isOlder } from "./version-order.js";

/** The newest version of a key that was written, and when. */
export interface Floor {
  readonly secret: Secret;
  /** The field that was written, whose value the secret holds. */
  readonly field: string | undefined;
  readonly writtenAt: Moment;
}

interface Place {
  readonly key: string;
  readonly field: string | undefined;
}

/**
 * What was written through this cache, for as long as it may be held: a replica that lags must not
 * bring back what was before. Bounded; the oldest goes first.
 */
export class VersionFloor {
  readonly #floors = new Map<string, Floor>();
  readonly #timekeeper: Timekeeper;
  readonly #maxEntries: number;
  readonly #ttlMs: number;

  constructor(timekeeper: Timekeeper, maxEntries: number, ttlMs: number) {
    this.#timekeeper = timekeeper;
    this.#maxEntries = maxEntries;
    this.#ttlMs = ttlMs;
  }

  raise(key: string, field: string | undefined, secret: Secret): void {
    if (secret.version === undefined) return;
    const floor = this.find(key);
    if (floor && isOlder(secret, floor.secret)) return;
    this.#floors.delete(key); // to the end of the queue
    this.purge(this.#maxEntries - 1);
    this.#floors.set(key, { secret, field, writtenAt: this.#timekeeper.now() });
  }

  /**
   * What was written, when the answer is older than it.
   *
   * @param floor As it was when the read began: what was written later does not concern it.
   * @throws SecretError `BACKEND_UNAVAILABLE` (`replica-behind`) when another field was written, so
   * that nothing newer is known of this one.
   */
  above(floor: Floor, { key, field }: Place, answer: Secret): Secret | undefined {
    if (!isOlder(answer, floor.secret)) return undefined;
    if (floor.field === field) return floor.secret;
    throw new SecretError("BACKEND_UNAVAILABLE", {
      ...{ key, store: answer.store, reason: "replica-behind" },
      detail: `it answered with version ${answer.version} after ${floor.secret.version} was written`,
      fix: "Try again in a moment; invalidate(key) of the cache accepts what it says",
    });
  }

  /** Lets go of what was written too long ago, and of the oldest beyond so many. */
  purge(maxEntries = this.#maxEntries): void {
    for (const key of [...this.#floors.keys()]) {
      const isNeeded = this.find(key) !== undefined && this.#floors.size <= maxEntries;
      if (isNeeded) return; // what was written later lives longer
      this.#floors.delete(key);
    }
  }

  drop(key: string): void {
    this.#floors.delete(key);
  }

  clear(): void {
    this.#floors.clear();
  }

  /** What was written last, unless that is longer ago than it may be held. */
  find(key: string): Floor | undefined {
    const floor = this.#floors.get(key);
    if (!floor) return undefined;
    const { wallMs, monotonicMs } = floor.writtenAt;
    if (this.#timekeeper.isBefore(wallMs + this.#ttlMs, monotonicMs + this.#ttlMs)) return floor;
    this.#floors.delete(key);
    return undefined;
  }
}
