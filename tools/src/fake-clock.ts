interface Timer {
  readonly dueAt: number;
  readonly order: number;
  readonly run: () => void;
}

/** A handle of {@link FakeClock.setTimeout}, with what callers of Node's own expect of one. */
export interface FakeTimer {
  ref(): FakeTimer;
  unref(): FakeTimer;
  hasRef(): boolean;
}

/**
 * Time that stands still until a test moves it. Two clocks, as on a real machine: the wall clock,
 * which somebody may set back, and the monotonic one, by which timers run. Members are bound, so
 * that they can be passed on: `{ now: clock.now, setTimeout: clock.setTimeout }`.
 */
export class FakeClock {
  #wallMs: number;
  #monotonicMs = 0;
  #timerCount = 0;
  readonly #timers = new Map<FakeTimer, Timer>();

  /** @param startTime Of the wall clock, in milliseconds since 1970. */
  constructor(startTime = Date.UTC(2026, 0, 1)) {
    this.#wallMs = startTime;
  }

  /** The wall clock, in milliseconds since 1970: in place of `Date.now`. */
  readonly now = (): number => this.#wallMs;

  /** Milliseconds since the clock was made: in place of `performance.now`. */
  readonly monotonicNow = (): number => this.#monotonicMs;

  readonly setTimeout = (callback: () => void, delayMs = 0): FakeTimer => {
    let hasRef = true;
    const timer: FakeTimer = {
      ref: () => {
        hasRef = true;
        return timer;
      },
      unref: () => {
        hasRef = false;
        return timer;
      },
      hasRef: () => hasRef,
    };
    const dueAt = this.#monotonicMs + Math.max(1, delayMs); // as Node does
    this.#timers.set(timer, { dueAt, order: this.#timerCount++, run: callback });
    return timer;
  };

  readonly clearTimeout = (timer: FakeTimer | undefined): void => {
    if (timer) this.#timers.delete(timer);
  };

  /** A promise that time resolves. It rejects with the signal's reason when that aborts first. */
  readonly delay = (delayMs: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        this.clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = this.setTimeout(() => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      }, delayMs);
      signal?.addEventListener("abort", onAbort, { once: true });
    });

  /** Timers that have not run. */
  get pendingTimers(): number {
    return this.#timers.size;
  }

  /** Lets time pass, and runs what becomes due on the way, each at its own time. */
  advance(durationMs: number): void {
    const end = this.#endOf(durationMs);
    for (let next = this.#nextUntil(end); next; next = this.#nextUntil(end)) this.#fire(next);
    this.#moveTo(end);
  }

  /** The same, and lets promises settle after each timer, so that what they start runs too. */
  async advanceAsync(durationMs: number): Promise<void> {
    const end = this.#endOf(durationMs);
    await settle();
    for (let next = this.#nextUntil(end); next; next = this.#nextUntil(end)) {
      this.#fire(next);
      await settle();
    }
    this.#moveTo(end);
  }

  /** A frozen process: time passes while nothing runs, then everything that is due, late. */
  freeze(durationMs: number): void {
    this.#moveTo(this.#endOf(durationMs));
    this.advance(0);
  }

  /** Somebody sets the wall clock: forwards, or backwards when negative. No timer notices. */
  stepWallClock(differenceMs: number): void {
    this.#wallMs += differenceMs;
  }

  #endOf(durationMs: number): number {
    if (durationMs >= 0 && Number.isFinite(durationMs)) return this.#monotonicMs + durationMs;
    throw new RangeError("time passes forwards: use stepWallClock to set the wall clock back");
  }

  #nextUntil(end: number): FakeTimer | undefined {
    let next: [FakeTimer, Timer] | undefined;
    for (const entry of this.#timers) {
      const [, { dueAt, order }] = entry;
      const isEarlier =
        !next || dueAt < next[1].dueAt || (dueAt === next[1].dueAt && order < next[1].order);
      if (dueAt <= end && isEarlier) next = entry;
    }
    return next?.[0];
  }

  #fire(handle: FakeTimer): void {
    const { dueAt, run } = this.#timers.get(handle) as Timer;
    this.#timers.delete(handle);
    this.#moveTo(Math.max(dueAt, this.#monotonicMs));
    run();
  }

  #moveTo(monotonicMs: number): void {
    this.#wallMs += monotonicMs - this.#monotonicMs;
    this.#monotonicMs = monotonicMs;
  }
}

/** A turn of the real event loop: every promise that can settle has settled. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
