// Run by cache-memory.mjs in a process of its own, whose young generation is so large that nothing
// is collected while a measurement runs: then the growth of the heap is what was allocated.
import { getHeapStatistics } from "node:v8";
import { SecretCache } from "@llm-orchestrator/secrets-cache";
import { BaseSecretStore } from "@llm-orchestrator/secrets-core";
import { makeKeys, makeSecrets, textOf } from "./cache-data.mjs";
import { makeSecretCache, readers } from "./cache-subjects.mjs";

const ttlMs = 3_600_000;
const rounds = 30;
const hitCount = 10_000;

const usedBytes = () => getHeapStatistics().used_heap_size + process.memoryUsage().arrayBuffers;

function usedAfterCollection() {
  for (let round = 0; round < 3; round++) globalThis.gc();
  return usedBytes();
}

/** Bytes that one awaited read allocates, the awaiting included. */
async function allocationOf(read, number) {
  const { awaitEach } = await import(`./cache-loops.mjs?heap-${number}`);
  const loop = awaitEach(read, { keys: ["bench/key"], order: Int32Array.of(0) });
  for (let round = 0; round < rounds; round++) await loop(hitCount); // until it is compiled
  const samples = [];
  for (let round = 0; round < rounds; round++) {
    globalThis.gc();
    const before = getHeapStatistics().used_heap_size;
    await loop(hitCount);
    samples.push((getHeapStatistics().used_heap_size - before) / hitCount);
  }
  return Math.min(...samples); // the compiled loop: no collection can have lowered it
}

async function measureAllocations() {
  const secret = (await makeSecrets(["bench/key"])).get("bench/key");
  const secrets = new Map([["bench/key", secret]]);
  const promises = new Map([["bench/key", Promise.resolve(secret)]]);
  const load = async () => secret;
  const cache = makeSecretCache(load, { ttlMs });
  const { signal } = new AbortController();
  const subjects = {
    "await a promise out of a map": (key) => promises.get(key),
    "await map.get": (key) => secrets.get(key),
    "await a promise, one clock read": (key) => (Date.now() > 0 ? promises.get(key) : undefined),
    "SecretCache getSecret": (key) => cache.getSecret(key),
    "SecretCache getSecret, { signal }": (key) => cache.getSecret(key, { signal }),
  };
  for (const [name, make] of Object.entries(readers)) {
    if (name !== "SecretCache") subjects[name] = make(load, { ttlMs });
  }
  const allocations = {};
  for (const [index, [name, read]] of Object.entries(subjects).entries()) {
    allocations[name] = await allocationOf(read, index);
  }
  return allocations;
}

/** Bytes that one thing made by `make` keeps, after enough of them that V8 has nothing to learn. */
async function keptBy(make, copies) {
  const forget = async () => void (await make());
  for (let round = 0; round < 2; round++) await forget();
  const kept = [];
  const before = usedAfterCollection();
  for (let copy = 0; copy < copies; copy++) kept.push(await make());
  return (usedAfterCollection() - before) / kept.length;
}

/** Bytes that a cache adds to each secret that it holds. */
async function measureEntries(count) {
  const keys = makeKeys(count);
  const secrets = await makeSecrets(keys);
  const load = async (key) => secrets.get(key);
  const makeMap = () => {
    const map = new Map();
    return (key) => map.set(key, secrets.get(key));
  };
  const bytes = {};
  for (const [name, make] of Object.entries({ "Map.set": makeMap, ...readers })) {
    const filled = async () => {
      const read = make(load, { ttlMs, maxEntries: count });
      for (const key of keys) await read(key);
      return read;
    };
    bytes[name] = (await keptBy(filled, Math.max(1, 20_000 / count))) / count;
  }
  return bytes;
}

class FreshStore extends BaseSecretStore {
  constructor() {
    super({ name: "fresh", capabilities: {} });
  }

  async read(key) {
    return { value: textOf(key), version: "1", createdAt: "2026-01-01T00:00:00.000Z" };
  }
}

/** Bytes of so many secrets in a cache, keys and values included. */
function measureWhole(count) {
  return keptBy(async () => {
    const cache = new SecretCache(new FreshStore(), { ttlMs, maxEntries: count });
    for (const key of makeKeys(count)) await cache.getSecret(key);
    if (cache.size !== count) throw new Error("the cache does not hold them all");
    return cache;
  }, 20);
}

const figures = {
  allocations: await measureAllocations(),
  entries: { 1000: await measureEntries(1_000), 100000: await measureEntries(100_000) },
  wholeBytes: await measureWhole(1_000),
};
console.log(JSON.stringify(figures));
