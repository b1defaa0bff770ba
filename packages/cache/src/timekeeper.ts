/** The time as a cache reads it. Both clocks in milliseconds. */
export interface CacheClock {
  /** The wall clock, since 1970. */
  now(): number;
  /** A clock that nobody sets, since any moment. */
  monotonicNow(): number;
  setTimeout(callback: () => void, delayMs: number): unknown;
  clearTimeout(timer: never): void;
}

export const systemClock: CacheClock = {
  now: () => Date.now(),
  monotonicNow: () => performance.now(),
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs),
  clearTimeout: (timer) => clearTimeout(timer),
};

/** A moment, on both clocks: whole milliseconds since the cache was made, which V8 keeps unboxed. */
export interface Moment {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

/** Of a burst of reads within one millisecond, these look at both clocks; then one in so many. */
const burst = 16;

/**
 * Says whether a moment is past: on the wall clock or on the monotonic one, whichever comes first.
 * So neither a clock that was set back, nor a frozen process, nor a suspended laptop (whose
 * monotonic clock may stand still) lengthens a life. Nothing here needs a timer.
 */
export class Timekeeper {
  readonly #clock: CacheClock;
  readonly #wallStartMs: number;
  readonly #monotonicStartMs: number;
  #wallMs = Number.NaN;
  #monotonicMs = 0;
  #reads = 0;

  constructor(clock: CacheClock) {
    this.#clock = clock;
    this.#wallStartMs = clock.now();
    this.#monotonicStartMs = clock.monotonicNow();
  }

  now(): Moment {
    return {
      wallMs: Math.floor(this.#clock.now() - this.#wallStartMs),
      monotonicMs: Math.floor(this.#clock.monotonicNow() - this.#monotonicStartMs),
    };
  }

  /** The wall clock's time at a moment, in milliseconds since 1970. */
  timeAt({ wallMs }: Moment): number {
    return this.#wallStartMs + wallMs;
  }

  /** Runs later, if the process is still there: no timer of a cache keeps it alive. */
  later(callback: () => void, delayMs: number): () => void {
    const timer = this.#clock.setTimeout(callback, delayMs);
    (timer as { unref?: () => void }).unref?.();
    return () => this.#clock.clearTimeout(timer as never);
  }

  /**
   * On the path of every hit, where reading a clock is most of the work: while the wall clock shows
   * the same millisecond the monotonic one moves by one at most, so that a burst need not read it
   * each time.
   */
  isBefore(wallMs: number, monotonicMs: number): boolean {
    const wall = this.#clock.now() - this.#wallStartMs;
    if (wall >= wallMs) return false;
    if (wall === this.#wallMs && ++this.#reads > burst && this.#reads % burst !== 0) {
      return this.#monotonicMs + 1 < monotonicMs;
    }
    if (wall !== this.#wallMs) this.#reads = 0;
    this.#wallMs = wall;
    this.#monotonicMs = this.#clock.monotonicNow() - this.#monotonicStartMs;
    return this.#monotonicMs < monotonicMs;
  }
}
