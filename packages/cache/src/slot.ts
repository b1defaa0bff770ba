import type { Secret, SecretError, SecretValue } from "@llm-orchestrator/secrets-core";
import type { Flight } from "./flight.js";
import type { SieveNode } from "./sieve.js";

/**
 * The place of one answer: the current secret of a key, one of its fields, one of its versions. What
 * is held there stands in the place itself, whole numbers and no object more: a hit in a big cache
 * waits for memory above all.
 */
export class Slot implements SieveNode {
  /** Handed to every reader as it is: awaiting it costs the least. `undefined`: nothing is held. */
  promise: Promise<Secret> | undefined;
  /** From here on a read has more to do than hand back the promise: a refresh is due. */
  dueWallMs = 0;
  dueMonotonicMs = 0;
  wasRead = false;
  secret: Secret | undefined;
  /** Held in place of a secret: that there is none. */
  error: SecretError | undefined;
  /** From here on it is no hit. */
  endWallMs = 0;
  endMonotonicMs = 0;
  /** The last read of it found the backend down. */
  isFailing = false;
  /** On the monotonic clock: what failed is not read again before, where it can be helped. */
  retryAtMs = 0;
  /** Its end was noticed, and counted. */
  hasExpired = false;
  /** The same secret marked stale, once it was served so. */
  stale: Secret | undefined;
  newer: SieveNode | undefined;
  older: SieveNode | undefined;

  readonly key: string;
  readonly version: string | undefined;
  readonly field: string | undefined;
  /** The read that may fill this place. Any other that is still under way may not. */
  flight: Flight | undefined;
  /** A value that was refused, and that a read past the cache brought again. */
  unchanged: { readonly value: SecretValue; readonly untilMonotonicMs: number } | undefined;
  /** The fields of this secret. Nested, not joined to the key: no text can pass for another place. */
  fields: Map<string, Slot> | undefined;

  constructor(key: string, version?: string, field?: string) {
    this.key = key;
    this.version = version;
    this.field = field;
  }

  /** Neither holds anything nor waits for anything. */
  get isIdle(): boolean {
    return this.promise === undefined && this.flight === undefined && !this.fields?.size;
  }
}

/**
 * Everything known under one key; its own place is that of the current secret. A write replaces the
 * whole record, so that what was read before and during the write has nowhere left to go: the
 * record is the key's generation.
 */
export class KeyRecord extends Slot {
  versions: Map<string, Slot> | undefined;
  /** Who answered when this key was last read, and with which version. */
  store: string | undefined;
  currentVersion: string | undefined;

  override get isIdle(): boolean {
    return super.isIdle && !this.versions?.size;
  }

  /** Every place of this key. */
  *places(): Generator<Slot, void, undefined> {
    for (const slot of [this, ...(this.versions?.values() ?? [])]) {
      yield slot;
      yield* slot.fields?.values() ?? [];
    }
  }
}
