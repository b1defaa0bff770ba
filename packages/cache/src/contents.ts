import type { Secret, SecretError } from "@llm-orchestrator/secrets-core";
import type { CacheCounters } from "./cache-stats.js";
import type { Lifetime } from "./lifetimes.js";
import { Sieve } from "./sieve.js";
import { KeyRecord, Slot } from "./slot.js";
import type { Moment } from "./timekeeper.js";

/** What a cache holds, and what leaves it when it is full. Does no I/O and reads no clock. */
export class Contents {
  /** Read on the path of every hit. */
  readonly records = new Map<string, KeyRecord>();
  readonly #sieve = new Sieve<Slot>();
  readonly #maxEntries: number;
  readonly #counters: CacheCounters;

  constructor(maxEntries: number, counters: CacheCounters) {
    this.#maxEntries = maxEntries;
    this.#counters = counters;
  }

  /** Secrets held, those whose time is over included. */
  get size(): number {
    return this.#sieve.size;
  }

  /** The place of an answer; made where there is none. */
  place(key: string, version?: string, field?: string): Slot {
    const record = getOrMake(this.records, key, () => new KeyRecord(key));
    let slot: Slot = record;
    if (version !== undefined) {
      record.versions ??= new Map();
      slot = getOrMake(record.versions, version, () => new Slot(key, version));
    }
    if (field === undefined) return slot;
    slot.fields ??= new Map();
    return getOrMake(slot.fields, field, () => new Slot(key, version, field));
  }

  find(key: string, version?: string, field?: string): Slot | undefined {
    const record = this.records.get(key);
    const slot = version === undefined ? record : record?.versions?.get(version);
    return field === undefined ? slot : slot?.fields?.get(field);
  }

  /** Holds the secret. Answers of this key that belong to another version of it leave. */
  fill(slot: Slot, secret: Secret, from: Moment, lifetime: Lifetime): void {
    const before = slot.secret;
    this.#hold(slot, Promise.resolve(secret), from, lifetime);
    slot.secret = secret;
    if (slot.version === undefined) this.#dropOthers(slot, before, secret);
  }

  /** Holds that there is none. */
  fillAbsent(slot: Slot, error: SecretError, from: Moment, lifetime: Lifetime): void {
    const promise = Promise.reject(error);
    promise.catch(() => {}); // told to whoever reads; perhaps nobody does
    this.#hold(slot, promise, from, lifetime);
    slot.error = error;
  }

  /** Lets one answer go; whether there was one. */
  drop(slot: Slot): boolean {
    if (!slot.promise) return false;
    this.#empty(slot);
    this.tidy(slot);
    return true;
  }

  /** Lets the whole key go, and whatever is being read for it. Returns how much was held. */
  forget(key: string): number {
    const record = this.records.get(key);
    if (!record) return 0;
    let held = 0;
    for (const slot of record.places()) {
      slot.flight = undefined; // its answer is for those who wait already
      if (!slot.promise) continue;
      this.#empty(slot);
      held++;
    }
    this.records.delete(key);
    return held;
  }

  clear(): number {
    let held = 0;
    for (const key of [...this.records.keys()]) held += this.forget(key);
    return held;
  }

  /** Every place that holds something. */
  held(): Iterable<Slot> {
    return this.#sieve;
  }

  /** Takes a place away that neither holds anything nor waits for anything. */
  tidy({ key, version, field }: Slot): void {
    const record = this.records.get(key);
    if (!record) return;
    const parent = version === undefined ? record : record.versions?.get(version);
    if (field !== undefined && parent?.fields?.get(field)?.isIdle) parent.fields.delete(field);
    if (version !== undefined && parent?.isIdle) record.versions?.delete(version);
    if (record.isIdle) this.records.delete(key);
  }

  #hold(slot: Slot, promise: Promise<Secret>, from: Moment, { dueMs, endMs }: Lifetime): void {
    const isNew = slot.promise === undefined;
    slot.promise = promise; // first, so that whatever leaves does not take its record along
    slot.dueWallMs = from.wallMs + dueMs;
    slot.dueMonotonicMs = from.monotonicMs + dueMs;
    slot.endWallMs = from.wallMs + endMs;
    slot.endMonotonicMs = from.monotonicMs + endMs;
    slot.secret = undefined;
    slot.error = undefined;
    slot.stale = undefined;
    slot.hasExpired = false;
    slot.isFailing = false;
    slot.retryAtMs = 0;
    if (!isNew) return;
    while (this.#sieve.size >= this.#maxEntries) this.#evict();
    this.#sieve.add(slot);
  }

  #empty(slot: Slot): void {
    this.#sieve.remove(slot);
    slot.promise = undefined;
    slot.secret = undefined;
    slot.error = undefined;
    slot.stale = undefined;
  }

  #evict(): void {
    const slot = this.#sieve.next();
    if (!slot) return;
    this.#counters.evictions++;
    this.drop(slot);
  }

  /**
   * Fields of another version or store, what "previous" was, and that there was none. A version by
   * its id stays. Without versions another value is another version.
   */
  #dropOthers(filled: Slot, before: Secret | undefined, secret: Secret): void {
    const record = this.records.get(filled.key);
    if (!record) return;
    const { store, version } = secret;
    const isSame =
      record.store === store &&
      record.currentVersion === version &&
      (version !== undefined || !before || before.value.equals(secret.value));
    record.store = store;
    record.currentVersion = version;
    if (isSame) return;
    for (const slot of [...record.places()]) {
      const isPinned = slot.version !== undefined && slot.version === slot.secret?.version;
      if (slot !== filled && slot.promise && !isPinned) this.drop(slot);
    }
  }
}

function getOrMake<T>(all: Map<string, T>, name: string, make: () => T): T {
  const present = all.get(name);
  if (present) return present;
  const made = make();
  all.set(name, made);
  return made;
}
