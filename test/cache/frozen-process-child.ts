/** Reads a secret through a cache, is frozen on the way, and tells what it read on waking. */
import { once } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import { SecretCache } from "@llm-orchestrator/secrets-cache";
import { DatedStore } from "./dated-store.ts";
import { TimerCache } from "./timer-cache.ts";

export interface Task {
  readonly address: string;
  readonly token: string;
  readonly key: string;
  readonly cache: "SecretCache" | "TimerCache";
  readonly ttlMs: number;
  /** Else it says when it can be frozen. */
  readonly freezesItself: boolean;
}

export interface Awakening {
  readonly reads: number;
  /** Reads that gave what the server had been asked for longer than the TTL before. */
  readonly expired: number;
  readonly lastVersion: string | undefined;
}

const burst = 100;
const readsAfterwards = 1_000;

async function run({ address, token, key, ...task }: Task): Promise<Awakening> {
  const { ttlMs } = task;
  const store = new DatedStore({ address, token });
  const isSubject = task.cache === "SecretCache";
  const cache = isSubject ? new SecretCache(store, { ttlMs }) : new TimerCache(store, ttlMs);
  await cache.getSecret(key);
  let lastMs = performance.now();
  if (!task.freezesItself) process.send?.("reading");
  let [reads, expired, isAwake] = [0, 0, false];
  for (let count = 1; ; count++) {
    // In the middle of a burst: nothing else gets a turn before the next read.
    if (task.freezesItself && count === burst * 1.5) process.kill(process.pid, "SIGSTOP");
    const startMs = performance.now();
    isAwake ||= startMs - lastMs > ttlMs;
    lastMs = startMs;
    const { version } = await cache.getSecret(key);
    if (isAwake && startMs - (store.askedAtMs.get(key) ?? 0) >= ttlMs) expired++;
    if (isAwake && ++reads === readsAfterwards) return { reads, expired, lastVersion: version };
    if (count % burst === 0) await turn(); // timers, answers
  }
}

const [task] = (await once(process, "message")) as [Task];
process.send?.(await run(task));
process.disconnect();
