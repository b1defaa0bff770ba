import type { Flight } from "./flight.js";
import type { CacheParts, Loader } from "./loader.js";
import type { Slot } from "./slot.js";

interface Due {
  readonly slot: Slot;
  readonly flight: Flight;
}

/** Refreshes that fall due within this time go out together. */
const gatherMs = 5;

/** Reads in the background: what is still good and will not be for long, or was when all was well. */
export class RefreshQueue {
  readonly #parts: CacheParts;
  readonly #loader: Loader;
  #due: Due[] = [];

  constructor(parts: CacheParts, loader: Loader) {
    this.#parts = parts;
    this.#loader = loader;
  }

  add(slot: Slot): void {
    const { timekeeper } = this.#parts;
    if (slot.flight || timekeeper.now().monotonicMs < slot.retryAtMs) return;
    this.#due.push({ slot, flight: this.#loader.start(slot, "refresh", () => {}) });
    if (this.#due.length === 1) timekeeper.later(() => this.flush(), gatherMs);
  }

  /** Sends what has gathered: somebody waits for it, and the timer keeps no process alive. */
  flush(): void {
    // A write or a fresh read may have taken the place over meanwhile.
    const due = this.#due.filter(({ slot, flight }) => slot.flight === flight || flight.isAwaited);
    this.#due = [];
    this.#parts.counters.refreshes += due.length;
    const isWhole = ({ slot }: Due) => slot.version === undefined && slot.field === undefined;
    const together = due.filter(isWhole);
    if (together.length > 1) this.#readTogether(together);
    for (const one of due) {
      if (together.length > 1 && isWhole(one)) continue;
      void this.#loader.land(one.slot, one.flight, this.#loader.request(one.slot, "refresh"));
    }
  }

  #readTogether(due: readonly Due[]): void {
    const keys = due.map(({ slot }) => slot.key);
    const read = this.#loader.readTogether(keys, "refresh");
    for (const { slot, flight } of due) void this.#loader.land(slot, flight, read(slot));
  }
}
