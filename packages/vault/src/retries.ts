import type { RetryBudget } from "./retry-budget.js";
import { retryDelayMs } from "./retry-delay.js";
import type { Outcome } from "./vault-session.js";

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
  next({ reply, meaning }: Pick<Outcome, "reply" | "meaning">): number | undefined {
    if (!meaning?.isTransient || this.#count >= this.#max) return undefined;
    const delayMs = retryDelayMs(this.#count + 1, reply);
    if (performance.now() + delayMs >= this.endsAt) return undefined;
    if (!this.#budget.take(meaning.reason === "timeout")) return undefined;
    this.#count++;
    return delayMs;
  }
}
