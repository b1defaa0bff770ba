import type { Call, HistoryEvent } from "./history.ts";

export type Rule =
  /** What was read is what was written as that version. */
  | "a value that nobody wrote"
  | "a version that two calls wrote"
  /** After a write through the cache has resolved, no read that starts later returns less. */
  | "older than a write that had resolved"
  /** Of two reads that do not overlap, the later one does not return less. */
  | "older than an earlier read"
  /** A write past the cache is seen once the TTL has passed. */
  | "older than a write past the cache, beyond the TTL"
  | "there after its deletion had resolved"
  | "not there after its write had resolved";

export interface Violation {
  readonly rule: Rule;
  readonly call: Call;
}

/** The cache counts whole milliseconds. */
const granularityMs = 2;

/**
 * Checks a history offline, in one pass: versions give the order in which the server took the
 * writes of a key, so each event needs only what is known of its key at that moment.
 */
export function checkHistory(events: readonly HistoryEvent[], ttlMs: number): Violation[] {
  const keys = new Map<string, KeyChecker>();
  const violations: Violation[] = [];
  const keyOf = ({ key }: Call) => {
    const known = keys.get(key) ?? new KeyChecker(ttlMs, violations);
    keys.set(key, known);
    return known;
  };
  // A read may return a write that has not resolved: all of them are noted first.
  for (const { call, isStart } of events) if (!isStart) keyOf(call).note(call);
  for (const { call, isStart } of events) {
    if (isStart) keyOf(call).start(call);
    else keyOf(call).end(call);
  }
  return violations;
}

/** What a read has to respect, as of its start. */
interface Bounds {
  readonly written: number;
  readonly read: number;
  readonly external: number;
  readonly deletion: Deletion | undefined;
  readonly presentSince: number | undefined;
}

interface Deletion {
  readonly startTick: number;
  /** It deleted this version or a later one. */
  readonly version: number;
}

const writes: ReadonlySet<string> = new Set(["put", "rotate", "external"]);
const reads: ReadonlySet<string> = new Set(["get", "fresh", "many"]);

class KeyChecker {
  readonly #ttlMs: number;
  readonly #violations: Violation[];
  readonly #values = new Map<number, string>();
  readonly #bounds = new Map<Call, Bounds>();
  /** Of deletions that run: the newest version that they are sure to find. */
  readonly #deletions = new Map<Call, Deletion>();
  /** The newest by start of those that have ended, which excludes the most. */
  #deletion: Deletion | undefined;
  #lastDeletionEnd = -1;
  #openRestores = 0;
  #lastRestoreEnd = -1;
  /** Start of the newest ended call that left the secret in place. */
  #presentSince: number | undefined;
  /** Newest versions: written through the cache, written at all, read. */
  #written = 0;
  #known = 0;
  #read = 0;
  /** Ended writes past the cache, and how many of them are older than the TTL by now. */
  readonly #externals: Call[] = [];
  #settled = 0;
  #external = 0;

  constructor(ttlMs: number, violations: Violation[]) {
    this.#ttlMs = ttlMs;
    this.#violations = violations;
  }

  note(call: Call): void {
    const { operation, version, value } = call;
    if (!writes.has(operation) || version === undefined || value === undefined) return;
    if (this.#values.has(version)) this.#report("a version that two calls wrote", call);
    this.#values.set(version, value);
  }

  start(call: Call): void {
    const { operation, startTick } = call;
    if (operation === "restore") this.#openRestores++;
    if (operation === "delete") this.#deletions.set(call, { startTick, version: this.#known });
    if (!reads.has(operation)) return;
    this.#settleExternals(call.startMs);
    this.#bounds.set(call, {
      ...{ written: this.#written, read: this.#read, external: this.#external },
      ...{ deletion: this.#deletion, presentSince: this.#presentSince },
    });
  }

  end(call: Call): void {
    const { operation, version } = call;
    if (operation === "delete") this.#endDeletion(call);
    else if (operation === "restore") this.#endRestore(call);
    else if (reads.has(operation)) this.#endRead(call);
    else if (version !== undefined) this.#endWrite(call, version);
  }

  #endDeletion(call: Call): void {
    const deletion = this.#deletions.get(call) as Deletion;
    this.#deletions.delete(call);
    this.#lastDeletionEnd = call.endTick as number;
    if (deletion.startTick > (this.#deletion?.startTick ?? -1)) this.#deletion = deletion;
  }

  #endRestore(call: Call): void {
    this.#openRestores--;
    this.#lastRestoreEnd = call.endTick as number;
    this.#isPresentSince(call);
  }

  #endWrite(call: Call, version: number): void {
    this.#known = Math.max(this.#known, version);
    if (call.operation === "external") {
      this.#externals.push(call);
      return;
    }
    this.#written = Math.max(this.#written, version);
    this.#isPresentSince(call);
  }

  #endRead(call: Call): void {
    const bounds = this.#bounds.get(call) as Bounds;
    this.#bounds.delete(call);
    const { version, value } = call;
    if (version === undefined) {
      if (this.#isLost(bounds)) this.#report("not there after its write had resolved", call);
      return;
    }
    const { written, read, external } = bounds;
    if (this.#values.get(version) !== value) this.#report("a value that nobody wrote", call);
    if (version < written) this.#report("older than a write that had resolved", call);
    if (version < read) this.#report("older than an earlier read", call);
    if (version < external) {
      this.#report("older than a write past the cache, beyond the TTL", call);
    }
    if (this.#isDeleted(version, bounds)) {
      this.#report("there after its deletion had resolved", call);
    }
    this.#read = Math.max(this.#read, version);
  }

  /** Unless a restore may have come after the deletion. */
  #isDeleted(version: number, { deletion }: Bounds): boolean {
    if (deletion === undefined || version > deletion.version) return false;
    return this.#openRestores === 0 && this.#lastRestoreEnd < deletion.startTick;
  }

  /** Unless a deletion may have come after the write. */
  #isLost({ presentSince }: Bounds): boolean {
    if (presentSince === undefined) return false;
    return this.#deletions.size === 0 && this.#lastDeletionEnd < presentSince;
  }

  #isPresentSince({ startTick }: Call): void {
    this.#presentSince = Math.max(this.#presentSince ?? -1, startTick);
  }

  #settleExternals(nowMs: number): void {
    const untilMs = nowMs - this.#ttlMs - granularityMs;
    for (;;) {
      const call = this.#externals[this.#settled];
      if (call === undefined || (call.endMs as number) > untilMs) return;
      this.#settled++;
      this.#external = Math.max(this.#external, call.version as number);
      this.#isPresentSince(call);
    }
  }

  #report(rule: Rule, call: Call): void {
    this.#violations.push({ rule, call });
  }
}
