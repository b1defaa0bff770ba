import { makeKeys, makeOrder, makeSecrets } from "./cache-data.mjs";
import { judge } from "./cache-goals.mjs";
import { makeLruCache, makeSecretCache, readers } from "./cache-subjects.mjs";
import { interleave, report } from "./interleave.mjs";

const ttlMs = 3_600_000;
const batchSize = 50;
const turns = { rounds: 81, count: 10_000 };
let loopCount = 0;

/** Each operation in a loop of its own. */
async function inLoops(kind, operations, data) {
  const loops = {};
  for (const [name, operation] of Object.entries(operations)) {
    const module = await import(`./cache-loops.mjs?${++loopCount}`);
    loops[name] = module[kind](operation, data);
  }
  return loops;
}

/** Caches that hold every key, and the count of what was loaded on the way. */
async function makeFilled(keys) {
  const secrets = await makeSecrets(keys);
  const loads = { count: 0 };
  const load = async (key) => {
    loads.count++;
    return secrets.get(key);
  };
  const setup = { ttlMs, maxEntries: keys.length };
  const cache = makeSecretCache(load, setup);
  const lru = makeLruCache(load, setup);
  const exactLru = makeLruCache(load, { ...setup, ttlResolution: 0 });
  const powertools = readers["powertools get"](load, setup);
  const cacheManager = readers["cache-manager wrap"](load, setup);
  const fills = [
    (key) => cache.getSecret(key),
    (key) => lru.fetch(key),
    (key) => exactLru.fetch(key),
    powertools,
    cacheManager,
  ];
  for (const fill of fills) for (const key of keys) await fill(key);
  return { secrets, loads, cache, lru, exactLru, powertools, cacheManager };
}

function awaited({ secrets, cache, lru, exactLru, powertools, cacheManager }) {
  const promises = new Map([...secrets].map(([key, secret]) => [key, Promise.resolve(secret)]));
  const { signal } = new AbortController();
  return {
    "await map.get (bare)": (key) => secrets.get(key),
    "await map.get, one clock read": (key) => (Date.now() > 0 ? secrets.get(key) : undefined),
    "await map.get, two clock reads": (key) =>
      Date.now() > 0 && performance.now() > 0 ? secrets.get(key) : undefined,
    "await a promise out of a map": (key) => promises.get(key),
    "SecretCache getSecret": (key) => cache.getSecret(key),
    "SecretCache getSecret, { signal }": (key) => cache.getSecret(key, { signal }),
    "lru-cache fetch": (key) => lru.fetch(key),
    "lru-cache fetch, { signal }": (key) => lru.fetch(key, { signal }),
    "lru-cache fetch, ttlResolution 0": (key) => exactLru.fetch(key),
    "powertools get": powertools,
    "cache-manager wrap": cacheManager,
  };
}

const called = ({ secrets, cache, lru, exactLru }) => ({
  "Map.get": (key) => secrets.get(key),
  "Map.get, one clock read": (key) => (Date.now() > 0 ? secrets.get(key) : undefined),
  "SecretCache peekSecret": (key) => cache.peekSecret(key),
  "lru-cache get": (key) => lru.get(key),
  "lru-cache get, ttlResolution 0": (key) => exactLru.get(key),
});

async function benchSize(keyCount) {
  const keys = makeKeys(keyCount);
  const data = { keys, order: makeOrder(keyCount, 2 ** 18) };
  const filled = await makeFilled(keys);
  const loaded = filled.loads.count;
  const title = `${keyCount.toLocaleString("en")} ${keyCount === 1 ? "key" : "keys in random order"}`;
  const reads = await interleave(await inLoops("awaitEach", awaited(filled), data), turns);
  report(`Cached read of ${title}`, reads);
  const peeks = await interleave(await inLoops("callEach", called(filled), data), turns);
  report(`Without a promise, ${title}`, peeks);
  console.log(`  Backend calls on the way: ${filled.loads.count - loaded}`);
  return { reads, peeks, filled, keys };
}

/** Nanoseconds a key. */
async function benchMany({ filled, keys }) {
  const { secrets, cache, lru } = filled;
  const some = keys.slice(0, batchSize);
  const subjects = {
    "await map.get, in turn": async () => {
      for (const key of some) await secrets.get(key);
    },
    "SecretCache getSecrets": () => cache.getSecrets(some),
    "SecretCache getSecret, Promise.all": () =>
      Promise.all(some.map((key) => cache.getSecret(key))),
    "lru-cache fetch, Promise.all": () => Promise.all(some.map((key) => lru.fetch(key))),
  };
  const perKey = (read) => async (count) => {
    for (let done = 0; done < count; done += batchSize) await read();
  };
  const entries = Object.entries(subjects).map(([name, read]) => [name, perKey(read)]);
  report(
    `${batchSize} held keys at once, for each key`,
    await interleave(Object.fromEntries(entries), turns),
  );
}

export async function benchHits() {
  await benchSize(1);
  const result = await benchSize(1_000);
  await benchMany(result);
  await benchSize(100_000);
  const { reads, peeks } = result;
  const hit = reads.get("SecretCache getSecret") / reads.get("await map.get (bare)");
  judge("cached read of 1,000 keys, to bare await map.get", hit, 1.4);
  const signalled =
    reads.get("SecretCache getSecret, { signal }") / reads.get("await map.get (bare)");
  judge("the same with { signal }", signalled, 1.4);
  const peek = peeks.get("SecretCache peekSecret") / peeks.get("Map.get");
  judge("peekSecret of 1,000 keys, to Map.get", peek, 3);
}
