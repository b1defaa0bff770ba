import type { Reply } from "./connection.js";
import type { RetryBudget } from "./retry-budget.js";
import { retryDelayMs } from "./retry-delay.js";
import type { Meaning } from "./status-map.js";

interface Attempted {
  /** Absent when no answer came. */
  readonly reply: Reply | undefined;
  /** Absent for a success. */
  readonly meaning: Meaning | undefined;
}

/**
 * The attempts of one call after its first: so many, within its time, and paid from what all calls of
 * the session have together. Who sends again by itself takes its attempts from the same.
 */
export class Retries {
  /** By `performance.now()`. */
  readonly endsAt: number;
  readonly #budget: RetryBudget;
  readonly #max: number;
  #count = 0;

  constructor(budget: RetryBudget, max: number, endsAt: number) {
    this.#budget = budget;
    this.#max = max;
    this.endsAt = endsAt;
  }

  /** Whether none was made so far. */
  get isFirst(): boolean {
    return this.#count === 0;
  }

  /** Milliseconds until the next attempt; `undefined`: there is none. */
  next({ reply, meaning }: Attempted): number | undefined {
    if (!meaning?.isTransient || this.#count >= this.#max) return undefined;
    const delayMs = retryDelayMs(this.#count + 1, reply);
    if (performance.now() + delayMs >= this.endsAt) return undefined;
    if (!this.#budget.take(meaning.reason === "timeout")) return undefined;
    this.#count++;
    return delayMs;
  }
}
