/** Longest timer of Node's, in milliseconds: a longer one would run at once. */
const longestMs = 2_147_483_647;

/** One timer at a time, of any length, which keeps no process alive. */
export class TokenTimer {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStopped = false;

  get isRunning(): boolean {
    return this.#timer !== undefined;
  }

  /** In place of the one before. */
  start(delayMs: number, work: () => Promise<void>): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isStopped) return;
    const stepMs = Math.min(longestMs, Math.max(1, delayMs));
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (delayMs > stepMs) this.start(delayMs - stepMs, work);
      else work().catch(() => {}); // whoever needs a token is told then
    }, stepMs);
    this.#timer.unref();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** For ever. */
  stop(): void {
    this.clear();
    this.#isStopped = true;
  }
}
