import { type Secret, SecretError, type SecretsResult } from "@llm-orchestrator/secrets-core";
import type { Flight } from "./flight.js";
import type { CacheParts, Loader } from "./loader.js";
import type { Slot } from "./slot.js";

interface Due {
  readonly slot: Slot;
  readonly flight: Flight;
}

/** Refreshes that fall due within this time go out together. */
const gatherMs = 5;

const refusals: ReadonlySet<string> = new Set(["PERMISSION_DENIED", "THROTTLED"]);

/** Reads in the background what is still good and will not be for long. */
export class RefreshQueue {
  readonly #parts: CacheParts;
  readonly #loader: Loader;
  #due: Due[] = [];
  #singlesUntilMs = 0;

  constructor(parts: CacheParts, loader: Loader) {
    this.#parts = parts;
    this.#loader = loader;
  }

  add(slot: Slot): void {
    const { counters, timekeeper, outage } = this.#parts;
    if (slot.flight || !outage.mayAsk()) return;
    counters.refreshes++;
    this.#due.push({ slot, flight: this.#loader.start(slot, "refresh", () => {}) });
    if (this.#due.length === 1) timekeeper.later(() => this.flush(), gatherMs);
  }

  /** Sends what has gathered: somebody waits for it, and the timer keeps no process alive. */
  flush(): void {
    // A write or a fresh read may have taken the place over meanwhile.
    const due = this.#due.filter(({ slot, flight }) => slot.flight === flight || flight.isAwaited);
    this.#due = [];
    const isWhole = ({ slot }: Due) => slot.version === undefined && slot.field === undefined;
    const together = due.filter(isWhole);
    const { monotonicMs } = this.#parts.timekeeper.now();
    const mayBatch = together.length > 1 && monotonicMs >= this.#singlesUntilMs;
    if (mayBatch) void this.#readTogether(together);
    for (const one of due) if (!mayBatch || !isWhole(one)) void this.#readAlone(one);
  }

  #readAlone({ slot, flight }: Due): Promise<void> {
    return this.#loader.land(slot, flight, this.#loader.request(slot, "refresh"));
  }

  async #readTogether(due: readonly Due[]): Promise<void> {
    const answers = this.#loader.requestMany(
      due.map(({ slot }) => slot.key),
      "refresh",
    );
    if (await this.#isRefused(answers)) {
      const { monotonicMs } = this.#parts.timekeeper.now();
      this.#singlesUntilMs = monotonicMs + this.#parts.settings.ttlMs;
      for (const one of due) void this.#readAlone(one);
      return;
    }
    for (const { slot, flight } of due) {
      void this.#loader.land(slot, flight, pick(answers, slot.key));
    }
  }

  /** The batch itself was denied or was one request too many: single reads may still go. */
  async #isRefused(answers: Promise<SecretsResult>): Promise<boolean> {
    const { inner } = this.#parts;
    if ((inner.capabilities.maxBatchSize ?? 1) < 2) return false;
    try {
      const { secrets, errors } = await answers;
      return secrets.size === 0 && [...errors.values()].every(({ code }) => refusals.has(code));
    } catch {
      return false;
    }
  }
}

/** One key's part of a batch. */
export async function pick(answers: Promise<SecretsResult>, key: string): Promise<Secret> {
  const { secrets, errors } = await answers;
  const secret = secrets.get(key);
  if (secret) return secret;
  throw errors.get(key) ?? new SecretError("UNKNOWN", { key, detail: "the batch left it out" });
}
