import type { CacheSettings } from "./cache-options.js";

/** How long something is held, in whole milliseconds from the moment its read began. */
export interface Lifetime {
  /** Until a read of it starts a refresh. */
  readonly dueMs: number;
  /** Until it is no hit. */
  readonly endMs: number;
}

export interface Lifetimes {
  /** Of what a write may replace. */
  readonly current: Lifetime;
  /** Of a version asked for by its id. */
  readonly pinned: Lifetime;
  /** Of a secret that was not there. */
  readonly absent: Lifetime;
}

/** One draw a process, not one a key: what was read together falls due together, in one batch. */
const draw = Math.random();

export function lifetimesOf(settings: CacheSettings): Lifetimes {
  const { ttlMs, versionTtlMs, negativeTtlMs, refreshAhead, jitter } = settings;
  const share = 1 - jitter * draw;
  const lifetime = (durationMs: number, due: number): Lifetime => {
    const endMs = Math.max(1, Math.floor(durationMs * share));
    return { dueMs: Math.floor(endMs * due), endMs };
  };
  const due = refreshAhead || 1; // at its end there is nothing left to refresh
  return {
    current: lifetime(ttlMs, due),
    pinned: lifetime(versionTtlMs, due),
    absent: lifetime(negativeTtlMs, 1),
  };
}
