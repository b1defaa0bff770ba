/** Failures in a row after which a region is left alone, and for how long. */
const failuresToOpen = 3;
const openForMs = 10_000;

interface State {
  failures: number;
  openUntil: number;
  isTrying: boolean;
}

/** Which regions are worth asking: one that keeps failing is tried by one request at a time, later. */
export class RegionCircuit {
  readonly #states = new Map<string, State>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Whoever is told yes says what came of it, by `succeeded`, `failed` or `gaveUp`. */
  mayTry(region: string): boolean {
    const state = this.#states.get(region);
    if (!state || state.failures < failuresToOpen) return true;
    if (state.isTrying || this.#now() < state.openUntil) return false;
    state.isTrying = true;
    return true;
  }

  succeeded(region: string): void {
    this.#states.delete(region);
  }

  failed(region: string): void {
    const { failures } = this.#states.get(region) ?? { failures: 0 };
    const openUntil = this.#now() + openForMs;
    this.#states.set(region, { failures: failures + 1, openUntil, isTrying: false });
  }

  /** Nothing was learnt: the caller cancelled. */
  gaveUp(region: string): void {
    const state = this.#states.get(region);
    if (state) state.isTrying = false;
  }
}
