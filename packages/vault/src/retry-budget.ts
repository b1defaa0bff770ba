const capacity = 500;
const costOfRetry = 5;
const costOfTimeout = 10;

/**
 * Tokens that retries are paid with: when a server keeps failing they run out, and each call is then
 * sent once. The figures are those of the AWS SDK's standard mode.
 */
export class RetryBudget {
  #tokens = capacity;

  /** Whether one more retry may be made. */
  take(afterTimeout: boolean): boolean {
    const cost = afterTimeout ? costOfTimeout : costOfRetry;
    if (this.#tokens < cost) return false;
    this.#tokens -= cost;
    return true;
  }

  /** A first attempt that the server answered without failing. */
  refill(): void {
    this.#tokens = Math.min(capacity, this.#tokens + 1);
  }
}
