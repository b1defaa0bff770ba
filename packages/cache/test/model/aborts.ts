import fc, { type Scheduler } from "fast-check";
import { FakeClock } from "secrets-tools/fake-clock";
import type { SecretCache } from "../../src/index.js";
import { check } from "./check.js";
import type { MakeScheduledCache } from "./clients.js";
import { driveUntil } from "./drive-until.js";
import { ScheduledStore } from "./scheduled-store.js";

const keys = ["a", "b"] as const;

interface Reader {
  readonly does: "get" | "fresh" | "field" | "getMany";
  readonly key: string;
  readonly leaves: boolean;
}

/** Readers of the same secrets at the same time, some of whom give up at some moment. */
class Readers {
  readonly #clock = new FakeClock();
  readonly #store: ScheduledStore;
  readonly #cache: SecretCache;
  readonly #scheduler: Scheduler;
  /** The keys that each reader still waits for. */
  readonly #waiting = new Map<Reader, readonly string[]>();

  constructor(scheduler: Scheduler, make: MakeScheduledCache) {
    this.#scheduler = scheduler;
    this.#store = new ScheduledStore(scheduler, this.#clock.monotonicNow);
    for (const key of keys) this.#store.writeBehind(key, JSON.stringify({ f: key }));
    this.#cache = make(this.#store, { jitter: false, clock: this.#clock });
  }

  async run(readers: readonly Reader[]): Promise<void> {
    const drive = (work: Promise<unknown>) => driveUntil(work, this.#scheduler, this.#clock);
    await drive(Promise.all(readers.map((reader) => this.#play(reader))));
    await this.#scheduler.waitIdle(); // answers to what was cancelled
    for (const key of keys) {
      const asked = this.#store.requests.filter((request) => request.keys.includes(key));
      const isCancelled = asked.every(({ signal }) => signal?.aborted);
      const isHeld = this.#cache.peekSecret(key) !== undefined;
      check(!(isCancelled && isHeld), "a cancelled read fills nothing", readers);
    }
  }

  async #play(reader: Reader): Promise<void> {
    const controller = new AbortController();
    const reason = { whose: reader };
    const leaving = reader.leaves ? this.#leave(reader, controller, reason) : undefined;
    await this.#scheduler.schedule(Promise.resolve(), "a reader comes");
    if (!controller.signal.aborted) this.#waiting.set(reader, keysOf(reader));
    const outcome = await this.#read(reader, controller.signal).catch((error: unknown) => error);
    const hasStayed = this.#waiting.delete(reader);
    check(hasStayed !== (outcome === reason), "who leaves is told so, and nobody else", reader);
    await leaving;
  }

  async #leave(reader: Reader, controller: AbortController, reason: object): Promise<void> {
    await this.#scheduler.schedule(Promise.resolve(), "a reader leaves");
    this.#waiting.delete(reader);
    controller.abort(reason);
    this.#checkRequests();
  }

  #read({ does, key }: Reader, signal: AbortSignal): Promise<unknown> {
    if (does === "getMany") return this.#cache.getSecrets(keys, { signal });
    if (does === "field") return this.#cache.getSecret(key, { signal, field: "f" });
    return this.#cache.getSecret(key, { signal, fresh: does === "fresh" });
  }

  /** At once after somebody left: who still waits has a read under way, and nothing else has. */
  #checkRequests(): void {
    const open = this.#store.requests.filter(({ isAnswered }) => !isAnswered);
    const wanted = [...this.#waiting.values()].flat();
    for (const { keys, signal } of open) {
      const isWanted = keys.some((key) => wanted.includes(key));
      check(isWanted || signal?.aborted === true, "a read that nobody waits for is cancelled");
    }
    for (const awaited of this.#waiting.values()) {
      const goesOn = open.some(({ keys, signal }) => {
        return !signal?.aborted && keys.some((key) => awaited.includes(key));
      });
      check(goesOn, "a read that somebody waits for goes on", awaited);
    }
  }
}

function keysOf({ does, key }: Reader): readonly string[] {
  return does === "getMany" ? keys : [key];
}

const reader: fc.Arbitrary<Reader> = fc.record({
  does: fc.constantFrom("get", "get", "fresh", "field", "getMany"),
  key: fc.constantFrom(keys[0], ...keys),
  leaves: fc.boolean(),
});

/** Whoever cancels, at whatever moment: it is their own affair, until nobody is left. */
export function abortProperty(make: MakeScheduledCache) {
  const readers = fc.array(reader, { minLength: 1, maxLength: 6, size: "max" });
  return fc.asyncProperty(fc.scheduler(), readers, async (scheduler, all) => {
    await new Readers(scheduler, make).run(all);
  });
}
