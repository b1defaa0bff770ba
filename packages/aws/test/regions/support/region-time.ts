import { afterEach, vi } from "vitest";

/** What stores are given as the time for a region, so that its timers can be told from others. */
export const regionTimeoutMs = 12_345;

/** The timers of regions, which run when a test says so: how slow a machine is does not matter. */
export interface RegionTime {
  /** How many were started. */
  readonly started: number;
  /** Those that run still. */
  readonly running: number;
  /** The time of every region that is asked now is over. */
  expire(): void;
}

afterEach(() => void vi.restoreAllMocks());

export function holdRegionTime(): RegionTime {
  const { setTimeout: start, clearTimeout: stop } = globalThis;
  const held = new Map<unknown, () => void>();
  let started = 0;
  const hold = (callback: () => void, delayMs?: number, ...more: unknown[]) => {
    if (delayMs !== regionTimeoutMs)
      return Reflect.apply(start, globalThis, [callback, delayMs, ...more]);
    const timer = start(() => {}, 2_000_000).unref();
    started++;
    held.set(timer, callback);
    return timer;
  };
  vi.spyOn(globalThis, "setTimeout").mockImplementation(hold as typeof setTimeout);
  vi.spyOn(globalThis, "clearTimeout").mockImplementation((timer) => {
    held.delete(timer);
    stop(timer);
  });
  return {
    get started() {
      return started;
    },
    get running() {
      return held.size;
    },
    expire: () => {
      for (const [timer, callback] of [...held]) {
        held.delete(timer);
        callback();
      }
    },
  };
}

/** How long something takes. */
export async function msOf<T>(work: () => Promise<T>): Promise<readonly [durationMs: number, T]> {
  const start = performance.now();
  const result = await work();
  return [performance.now() - start, result];
}

/**
 * What `mostMs` is on this machine just now: ten plain reads longer, a few milliseconds where nothing else
 * runs. A machine that is busy is slower in everything.
 */
export async function onThisMachine(mostMs: number, read: () => Promise<unknown>): Promise<number> {
  await read(); // the first read of all loads what it needs
  const [durationMs] = await msOf(read);
  return mostMs + 10 * durationMs;
}
