/** Failures in a row after which a region is left alone, and for how long. */
const failuresToOpen = 3;
const openForMs = 10_000;

interface State {
  failures: number;
  openUntil: number;
  isTrying: boolean;
}

/** For one request to a region. Whoever has it says what came of it. */
export interface Permit {
  readonly region: string;
  /** Whether it is the one that finds out whether a region can be had again. */
  readonly isTrial: boolean;
}

/** Which regions are worth asking: one that keeps failing is tried by one request at a time, later. */
export class RegionCircuit {
  readonly #states = new Map<string, State>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** @returns `undefined`: not now. */
  mayTry(region: string): Permit | undefined {
    const state = this.#states.get(region);
    if (!state || state.failures < failuresToOpen) return { region, isTrial: false };
    if (state.isTrying || this.#now() < state.openUntil) return undefined;
    state.isTrying = true;
    return { region, isTrial: true };
  }

  succeeded({ region }: Permit): void {
    this.#states.delete(region);
  }

  failed({ region, isTrial }: Permit): void {
    const state = this.#states.get(region) ?? { failures: 0, openUntil: 0, isTrying: false };
    this.#states.set(region, state);
    state.failures++;
    // Those that were under way when it was opened, and end later, do not put the trial off.
    if (isTrial || state.failures === failuresToOpen) state.openUntil = this.#now() + openForMs;
    if (isTrial) state.isTrying = false;
  }

  /** Nothing was learnt: the caller cancelled. */
  gaveUp({ region, isTrial }: Permit): void {
    const state = this.#states.get(region);
    if (state && isTrial) state.isTrying = false;
  }
}
