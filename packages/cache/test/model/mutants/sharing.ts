import { Contents } from "../../../src/contents.js";
import { Flight } from "../../../src/flight.js";
import { KeyRecord } from "../../../src/slot.js";
import { VersionFloor } from "../../../src/version-floor.js";
import { type Mutant, patch } from "./mutant.js";

const idOf = (...parts: readonly (string | undefined)[]) =>
  parts.filter((part) => part !== undefined).join("@");

/** One flat map, in which version 1 of "a" and the key "a@1" are the same entry. */
function concatenateIds(): () => void {
  const target = Contents.prototype;
  const restores = [
    patch(target, "find", () => {
      return function find(this: Contents, key, version, field) {
        return this.records.get(idOf(key, version, field));
      };
    }),
    patch(target, "place", () => {
      return function place(this: Contents, key, version, field) {
        const id = idOf(key, version, field);
        const slot = this.records.get(id) ?? new KeyRecord(key, version, field);
        this.records.set(id, slot);
        return slot;
      };
    }),
    patch(target, "tidy", () => {
      return function tidy(this: Contents, { key, version, field }) {
        const id = idOf(key, version, field);
        if (this.records.get(id)?.isIdle) this.records.delete(id);
      };
    }),
    patch(target, "forget", (original) => {
      return function forget(this: Contents, key) {
        const ids = [...this.records.keys()].filter((id) => id === key || id.startsWith(`${key}@`));
        return ids.reduce((held, id) => held + original.call(this, id), 0);
      };
    }),
  ];
  return () => {
    for (const restore of restores) restore();
  };
}

/** All who wait leave with the first who does. */
function leaveTogether(): () => void {
  const exits = new WeakMap<Flight, AbortController>();
  return patch(Flight.prototype, "join", (original) => {
    return function join(this: Flight, signal) {
      const exit = exits.get(this) ?? new AbortController();
      exits.set(this, exit);
      signal?.addEventListener("abort", () => exit.abort(signal.reason), { once: true });
      return original.call(this, exit.signal);
    };
  });
}

export const sharingMutants: readonly Mutant[] = [
  {
    name: "joins key and version to one id, so that a key can be made that hits another entry",
    killedBy: "model",
    shows: "the answer is allowed",
    install: concatenateIds,
  },
  {
    name: "cancels the read for everybody when one waiter leaves",
    killedBy: "abort",
    shows: "a read that somebody waits for goes on",
    install: leaveTogether,
  },
  {
    name: "goes on reading when the last waiter has left",
    killedBy: "abort",
    shows: "a read that nobody waits for is cancelled",
    install: () =>
      patch(Flight.prototype, "join", (original) => {
        return async function join(this: Flight, signal) {
          void original.call(this, undefined); // one who never leaves
          return original.call(this, signal);
        };
      }),
  },
  {
    name: "believes a replica that has not seen the last write",
    killedBy: "replica",
    shows: "what was read was true lately, and after the last write",
    install: () => patch(VersionFloor.prototype, "above", () => () => undefined),
  },
];
