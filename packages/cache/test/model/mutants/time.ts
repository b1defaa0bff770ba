import { Contents } from "../../../src/contents.js";
import type { Flight } from "../../../src/flight.js";
import type { Lifetime } from "../../../src/lifetimes.js";
import { Loader } from "../../../src/loader.js";
import { PlaceReader } from "../../../src/place-reader.js";
import type { Slot } from "../../../src/slot.js";
import { systemClock, Timekeeper } from "../../../src/timekeeper.js";
import { type Mutant, makeCache, patch } from "./mutant.js";

let clock = systemClock;

/** Nobody looks at a clock when reading: a timer takes away what is past its time. */
function expireByTimer(): () => void {
  const restoreClock = patch(Timekeeper.prototype, "isBefore", () => () => true);
  const setTimer = (contents: Contents, slot: Slot, { endMs }: Lifetime) => {
    const { promise } = slot;
    clock.setTimeout(() => slot.promise === promise && contents.drop(slot), endMs);
  };
  const restoreFill = patch(Contents.prototype, "fill", (original) => {
    return function fill(this: Contents, slot, secret, from, lifetime) {
      original.call(this, slot, secret, from, lifetime);
      setTimer(this, slot, lifetime);
    };
  });
  const restoreFillAbsent = patch(Contents.prototype, "fillAbsent", (original) => {
    return function fillAbsent(this: Contents, slot, error, from, lifetime) {
      original.call(this, slot, error, from, lifetime);
      setTimer(this, slot, lifetime);
    };
  });
  return () => {
    for (const restore of [restoreClock, restoreFill, restoreFillAbsent]) restore();
  };
}

/** The age of an answer counts from when it came, not from when it was asked for. */
function countFromAnswer(): () => void {
  const begun = new WeakMap<Flight, number>();
  const restoreStart = patch(Loader.prototype, "start", (original) => {
    return function start(this: Loader, ...args) {
      const flight = original.apply(this, args);
      begun.set(flight, clock.monotonicNow());
      return flight;
    };
  });
  const restoreLand = patch(Loader.prototype, "land", (original) => {
    return async function land(this: Loader, slot, flight, answer) {
      await answer.catch(() => {});
      const lateMs = clock.monotonicNow() - (begun.get(flight) ?? 0);
      const { wallMs, monotonicMs } = flight.startedAt;
      const startedAt = { wallMs: wallMs + lateMs, monotonicMs: monotonicMs + lateMs };
      Object.assign(flight, { startedAt: { ...flight.startedAt, ...startedAt } });
      return original.call(this, slot, flight, answer);
    };
  });
  return () => {
    restoreStart();
    restoreLand();
  };
}

const makeOnClock: Mutant["make"] = (store, options) => {
  clock = options.clock ?? systemClock;
  return makeCache(store, options);
};

export const timeMutants: readonly Mutant[] = [
  {
    name: "expires by a timer, and looks at no clock when reading",
    killedBy: "model",
    shows: "the answer is allowed",
    install: expireByTimer,
    make: makeOnClock,
  },
  {
    name: "counts the age of an answer from when it came",
    killedBy: "schedule",
    shows: "what was read was true lately, and after the last write",
    install: countFromAnswer,
    make: makeOnClock,
  },
  {
    name: "looks at the wall clock alone",
    killedBy: "model",
    shows: "the answer is allowed",
    install: () =>
      patch(Timekeeper.prototype, "isBefore", () => {
        return function isBefore(this: Timekeeper, wallMs) {
          return this.now().wallMs < wallMs;
        };
      }),
  },
  {
    name: "looks at the monotonic clock alone",
    killedBy: "model",
    shows: "the answer is allowed",
    install: () =>
      patch(Timekeeper.prototype, "isBefore", () => {
        return function isBefore(this: Timekeeper, _wallMs, monotonicMs) {
          return this.now().monotonicMs < monotonicMs;
        };
      }),
  },
  {
    name: "joins a read under way however old it is",
    killedBy: "schedule",
    shows: "what was read was true lately, and after the last write",
    install: () =>
      patch(Loader.prototype, "joinable", () => {
        return (slot, kind) => (slot?.flight?.serves(kind) ? slot.flight : undefined);
      }),
  },
  {
    name: "remembers for long that there is none",
    killedBy: "model",
    shows: "the answer is allowed",
    install: () =>
      patch(Contents.prototype, "fillAbsent", (original) => {
        return function fillAbsent(this: Contents, slot, error, from, { endMs }) {
          const lifetime = { dueMs: 3 * endMs, endMs: 3 * endMs };
          original.call(this, slot, error, from, lifetime);
        };
      }),
  },
  {
    name: "does not notice that an outage is over",
    killedBy: "model",
    shows: "the answer is allowed",
    install: () =>
      patch(PlaceReader.prototype, "staleInOutage", () => {
        return function staleInOutage(this: PlaceReader, slot) {
          return slot?.isFailing ? this.stale(slot) : undefined;
        };
      }),
  },
];
