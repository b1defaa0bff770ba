import { setTimeout as delay } from "node:timers/promises";
import { createCache } from "cache-manager";
import { makeSecrets } from "./cache-data.mjs";
import { judge } from "./cache-goals.mjs";
import { makeLruCache, readers } from "./cache-subjects.mjs";

const ttlMs = 1_000;
const latencyMs = 60;
const durationMs = 4_500;
const blockedMs = 20;
const key = "bench/key";
const control = "SecretCache, nothing expires";

/** With what they offer against waiting, where that is not on by default. */
const withOptions = {
  [control]: (load) => readers.SecretCache(load, { ttlMs: 3_600_000 }),
  "lru-cache fetch, allowStale (any age)": (load, setup) => {
    const cache = makeLruCache(load, { ...setup, allowStale: true });
    return (name) => cache.fetch(name);
  },
  "cache-manager wrap, refreshThreshold": (load) => {
    const cache = createCache({ ttl: ttlMs, refreshThreshold: ttlMs * 0.2 });
    return (name) => cache.wrap(name, () => load(name));
  },
};

async function makeRunner(make, secret) {
  const runner = { calls: 0, latencies: [] };
  const read = make(
    async () => {
      runner.calls++;
      await delay(latencyMs);
      return secret;
    },
    { ttlMs },
  );
  await read(key); // the cold read is not what is measured
  runner.calls = 0;
  runner.fire = async () => {
    const start = performance.now();
    await read(key);
    runner.latencies.push(performance.now() - start);
  };
  return runner;
}

/**
 * A read of each, each millisecond: each in a turn of its own, so that none waits for the others,
 * and in an order that rotates, since whoever comes first wakes the processor.
 */
async function readSteadily(runners) {
  let tick = 0;
  const timer = setInterval(() => {
    tick++;
    for (let index = 0; index < runners.length; index++) {
      setImmediate(runners[(index + tick) % runners.length].fire);
    }
  }, 1);
  await delay(durationMs);
  clearInterval(timer);
  await delay(latencyMs * 2);
}

const percentile = (sorted, share) => sorted[Math.floor(sorted.length * share)];

export async function benchExpiry() {
  const secret = (await makeSecrets([key])).get(key);
  const makers = { ...readers, ...withOptions };
  const names = Object.keys(makers);
  const runners = await Promise.all(names.map((name) => makeRunner(makers[name], secret)));
  await readSteadily(runners);
  console.log(
    `\nA read each millisecond for ${durationMs} ms; the TTL is ${ttlMs} ms, the backend takes ${latencyMs} ms`,
  );
  console.log(`  ${"".padEnd(40)}    reads   p50 ms   p99 ms  blocked  calls`);
  const figures = new Map();
  for (const [index, { latencies, calls }] of runners.entries()) {
    latencies.sort((one, other) => one - other);
    const blocked = latencies.filter((latency) => latency > blockedMs).length;
    const [p50, p99] = [0.5, 0.99].map((share) => percentile(latencies, share));
    figures.set(names[index], { p99, blocked });
    const cells = [latencies.length, p50.toFixed(3), p99.toFixed(3), blocked];
    const shown = cells.map((cell) => String(cell).padStart(8)).join(" ");
    console.log(`  ${names[index].padEnd(40)} ${shown} ${String(calls).padStart(6)}`);
  }
  const { p99, blocked } = figures.get("SecretCache");
  judge("p99 of reads across expiry, to p99 of hits", p99 / figures.get(control).p99, 2);
  judge(`reads across expiry that wait over ${blockedMs} ms`, blocked, 0, "");
}
