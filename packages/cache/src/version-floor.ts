import { type Secret, SecretError } from "@llm-orchestrator/secrets-core";
import type { Timekeeper } from "./timekeeper.js";
import { isOlder } from "./version-order.js";

interface Floor {
  readonly secret: Secret;
  /** The field that was written, whose value the secret holds. */
  readonly field: string | undefined;
  readonly endWallMs: number;
  readonly endMonotonicMs: number;
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
    const floor = this.#find(key);
    if (floor && isOlder(secret, floor.secret)) return;
    this.#floors.delete(key); // to the end of the queue
    if (this.#floors.size >= this.#maxEntries) {
      for (const oldest of this.#floors.keys()) {
        this.#floors.delete(oldest);
        break;
      }
    }
    const { wallMs, monotonicMs } = this.#timekeeper.now();
    const ends = { endWallMs: wallMs + this.#ttlMs, endMonotonicMs: monotonicMs + this.#ttlMs };
    this.#floors.set(key, { secret, field, ...ends });
  }

  /**
   * What was written, when the answer is older than it.
   *
   * @throws SecretError `BACKEND_UNAVAILABLE` (`replica-behind`) when another field was written, so
   * that nothing newer is known of this one.
   */
  above(key: string, field: string | undefined, answer: Secret): Secret | undefined {
    const floor = this.#find(key);
    if (!floor || !isOlder(answer, floor.secret)) return undefined;
    if (floor.field === field) return floor.secret;
    throw new SecretError("BACKEND_UNAVAILABLE", {
      ...{ key, store: answer.store, reason: "replica-behind" },
      detail: `it answered with version ${answer.version} after ${floor.secret.version} was written`,
      fix: "Try again in a moment; invalidate(key) of the cache accepts what it says",
    });
  }

  drop(key: string): void {
    this.#floors.delete(key);
  }

  clear(): void {
    this.#floors.clear();
  }

  #find(key: string): Floor | undefined {
    const floor = this.#floors.get(key);
    if (!floor) return undefined;
    if (this.#timekeeper.isBefore(floor.endWallMs, floor.endMonotonicMs)) return floor;
    this.#floors.delete(key);
    return undefined;
  }
}
