import { type AuditEvent, onAudit, type SecretStore } from "@llm-orchestrator/secrets-core";
import { assertNoLeak, MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { expect, onTestFinished, test, vi } from "vitest";
import { cacheFixture } from "../test/watched-store.js";
import { SecretCache } from "./index.js";

const key = "openai/api_key";
const any = (value: unknown) => value as never;

test.each([
  ["ttlMs", [Number.NaN, Number.POSITIVE_INFINITY, -1, 0, 2 ** 31, "5m", null, false, 5n]],
  ["versionTtlMs", [0, Number.NaN, "1h"]],
  ["maxEntries", [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "1000"]],
  ["refreshAhead", [0, 1, 1.2, -0.5, Number.NaN, true, "0.8"]],
  ["jitter", [-0.1, 0.6, Number.NaN, true]],
  ["staleIfErrorMs", [0, Number.POSITIVE_INFINITY, true, 2 ** 31]],
  ["negativeTtlMs", [0, 5_001, true, Number.NaN]],
  ["rejectedCooldownMs", [-1, true, 2 ** 31]],
  ["cleanupIntervalMs", [0, -5, 2 ** 31, true]],
  ["clock", [Date, {}, 7]],
] as const)("%s of the wrong kind is CONFIGURATION that names it", (name, values) => {
  for (const value of values) {
    expect(() => new SecretCache(new MemorySecretStore(), { [name]: any(value) })).toThrow(
      expect.objectContaining({
        code: "CONFIGURATION",
        message: expect.stringContaining(name),
      }),
    );
  }
});

test("the largest times overflow no timer", async () => {
  const warn = vi.spyOn(process, "emitWarning");
  onTestFinished(() => warn.mockRestore());
  const longest = 2 ** 31 - 1;
  const times = { ttlMs: longest, staleIfErrorMs: longest, cleanupIntervalMs: longest };
  const cache = new SecretCache(MemorySecretStore.from({ [key]: "sk" }), times);
  await cache.getSecret(key);
  expect(cache.peekSecret(key)).toBeDefined();
  await cache.close();
  expect(warn).not.toHaveBeenCalled();
});

test("options of the wrong shape, unknown ones and other contracts are CONFIGURATION", () => {
  const store = new MemorySecretStore();
  const wrong = [
    () => new SecretCache(store, any(60_000)),
    () => new SecretCache(store, any(null)),
    () => new SecretCache(store, any([])),
    () => new SecretCache(store, any({ ttl: 60_000 })),
    () => new SecretCache(any({ specificationVersion: 2, getSecret: () => {} })),
    () => new SecretCache(any(undefined)),
    () => new SecretCache(any({})),
  ];
  for (const make of wrong)
    expect(make).toThrow(expect.objectContaining({ code: "CONFIGURATION" }));
  expect(wrong[3]).toThrow(/no option "ttl".*ttlMs/);
  expect(() => new SecretCache(store, { ttlMs: undefined, jitter: undefined })).not.toThrow();
});

test("it names itself after what it wraps, and can do what that can", () => {
  const inner = new MemorySecretStore({ name: "vault" });
  const cache = new SecretCache(inner);
  expect([cache.name, cache.ttlMs, cache.size]).toEqual(["cache(vault)", 300_000, 0]);
  expect(cache.capabilities).toBe(inner.capabilities);
  expect(new SecretCache(cache).name).toBe("cache(cache(vault))");
});

test("hits and misses are all accesses, and an expired look-up is a miss", async () => {
  const { cache, clock } = cacheFixture({ refreshAhead: false });
  expect(cache.stats()).toEqual({
    ...{ hits: 0, misses: 0, totalAccesses: 0, hitRate: 0, expirations: 0, evictions: 0 },
    ...{ invalidations: 0, refreshes: 0, staleServed: 0, backendCalls: 0 },
  });
  await cache.getSecret(key);
  for (let hit = 0; hit < 5; hit++) await cache.getSecret(key);
  await cache.getSecrets([key, "database"]);
  clock.advance(1_000);
  await cache.getSecret(key);
  await cache.getSecret(key, { fresh: true });
  const stats = cache.stats();
  expect(stats).toMatchObject({ hits: 6, misses: 4, totalAccesses: 10, hitRate: 60 });
  expect(stats).toMatchObject({ expirations: 1, backendCalls: 4 });
  expect(Object.isFrozen(stats)).toBe(true);
});

test("peekSecret neither asks nor counts nor refreshes, and never throws", async () => {
  const { cache, clock, store } = cacheFixture();
  expect(cache.peekSecret(key)).toBeUndefined();
  const secret = await cache.getSecret(key);
  clock.advance(900);
  expect(cache.peekSecret(key)).toBe(secret);
  await clock.advanceAsync(5);
  expect([store.calls.length, cache.stats().totalAccesses]).toEqual([1, 1]);
  for (const odd of [undefined, null, 7, {}, "", "../up"]) {
    expect(cache.peekSecret(any(odd))).toBeUndefined();
  }
  await cache.close();
  expect(cache.peekSecret(key)).toBeUndefined();
});

test("invalidate lets one key go and clear all of them, also what is being read", async () => {
  const { cache, store, memory, expose } = cacheFixture();
  await cache.getSecret("database", { field: "user" });
  await cache.preload([key, "database"]);
  cache.invalidate("database");
  cache.invalidate("absent");
  expect([cache.size, cache.stats().invalidations]).toEqual([1, 2]);
  const release = store.hold();
  const under = cache.getSecret(key, { fresh: true });
  await memory.putSecret(key, "sk-two");
  cache.clear();
  release();
  expect((await under).value.expose()).toBe("sk-one");
  expect([cache.size, await expose()]).toEqual([0, "sk-two"]);
});

test("preload holds what there is and says what there is not", async () => {
  const { cache, store } = cacheFixture();
  const { secrets, errors } = await cache.preload([key, "absent"]);
  expect([[...secrets.keys()], [...errors.keys()]]).toEqual([[key], ["absent"]]);
  await cache.getSecret(key);
  expect(store.calls).toHaveLength(1);
});

test("a closed cache holds nothing, refuses, and has closed its store", async () => {
  const { cache, memory, store } = cacheFixture();
  const release = store.hold();
  const under = cache.getSecret(key);
  const closing = cache.close();
  release();
  expect((await under).value.expose()).toBe("sk-one");
  await closing;
  expect(cache.size).toBe(0);
  const closed = { code: "CLOSED" };
  await expect(cache.getSecret(key)).rejects.toMatchObject(closed);
  await expect(cache.getSecrets([key])).rejects.toMatchObject(closed);
  await expect(cache.getSecretVersion(key, "1")).rejects.toMatchObject(closed);
  await expect(cache.putSecret(key, "x")).rejects.toMatchObject(closed);
  await expect(memory.getSecret(key)).rejects.toMatchObject(closed);
  await expect(cache.close()).resolves.toBeUndefined();
});

test("a wrong option is refused on a hit as well, and an aborted signal rejects", async () => {
  const cache = new SecretCache(MemorySecretStore.from({ [key]: "sk-one" }));
  await cache.getSecret(key);
  const wrong = [{ fresh: "yes" }, { unknown: 1 }, { field: 7 }, { signal: {} }, { rejected: {} }];
  for (const options of [...wrong, 7, "x", null, [], new Map()]) {
    await expect(cache.getSecret(key, any(options))).rejects.toMatchObject({
      code: "CONFIGURATION",
    });
  }
  const throws = Object.defineProperty({}, "signal", {
    enumerable: true,
    get: () => {
      throw new Error("no");
    },
  });
  await expect(cache.getSecret(key, throws)).rejects.toMatchObject({ code: "CONFIGURATION" });
  const reason = new Error("enough");
  const signal = AbortSignal.abort(reason);
  await expect(cache.getSecret(key, { signal })).rejects.toBe(reason);
  await expect(cache.getSecrets([key], { signal })).rejects.toBe(reason);
});

function events(): AuditEvent[] {
  const seen: AuditEvent[] = [];
  onTestFinished(onAudit((event) => seen.push(event)));
  return seen;
}
const shown = ({ operation, source, outcome, store }: AuditEvent) =>
  [operation, source, outcome, store].join(" ");

test("each call is one event: of the store, of a hit, of one that was shared, or stale", async () => {
  const { cache, clock, memory } = cacheFixture({ refreshAhead: false, staleIfErrorMs: 1_000 });
  const seen = events();
  await Promise.all([cache.getSecret(key), cache.getSecret(key), cache.getSecret(key)]);
  await cache.getSecret(key);
  expect(seen.map(shown)).toEqual([
    "getSecret backend success memory",
    "getSecret shared success cache(memory)",
    "getSecret shared success cache(memory)",
    "getSecret cache success cache(memory)",
  ]);
  expect(seen[3]).toMatchObject({ key, version: "1", attempts: 0 });
  seen.length = 0;
  clock.advance(1_000);
  memory.simulate("THROTTLED");
  await cache.getSecret(key);
  expect(seen.map(shown)).toEqual([
    "getSecret backend failure memory",
    "getSecret stale success cache(memory)",
  ]);
});

test("in a batch each key is in the event of who answered it", async () => {
  const { cache } = cacheFixture();
  await cache.getSecret(key);
  const seen = events();
  await Promise.all([
    cache.getSecrets([key, "database", "absent"]),
    cache.getSecrets(["database"]),
  ]);
  expect(seen.map((event) => [shown(event), event.keys])).toEqual([
    ["getSecrets backend failure memory", ["database", "absent"]],
    ["getSecrets shared success cache(memory)", ["database"]],
    ["getSecrets cache success cache(memory)", [key]],
  ]);
  seen.length = 0;
  await cache.getSecrets([]);
  expect(seen.map(shown)).toEqual(["getSecrets cache success cache(memory)"]);
});

test("whoever aborts is audited as aborted, once", async () => {
  const { cache, store } = cacheFixture();
  const seen = events();
  const release = store.hold();
  const [first, second] = [new AbortController(), new AbortController()];
  const reads = [first, second].map(({ signal }) =>
    cache.getSecret(key, { signal }).catch((error: unknown) => error),
  );
  const third = cache.getSecret(key);
  first.abort();
  second.abort();
  release();
  await Promise.all([...reads, third]);
  expect(seen.map(shown).sort()).toEqual([
    "getSecret backend success memory",
    "getSecret shared aborted cache(memory)",
    "getSecret shared aborted cache(memory)",
  ]);
});

test("three who abort by one signal are three events, and one of them is the store's", async () => {
  const { cache, store } = cacheFixture();
  const seen = events();
  store.hold();
  const controller = new AbortController();
  const { signal } = controller;
  const reads = [1, 2, 3].map(() => cache.getSecret(key, { signal }).catch(() => {}));
  controller.abort();
  await Promise.all(reads);
  expect(seen.map(shown).sort()).toEqual([
    "getSecret backend aborted memory",
    ...Array(2).fill("getSecret shared aborted cache(memory)"),
  ]);
});

test("three who are served stale are three events beside the store's failure", async () => {
  const { cache, clock, memory } = cacheFixture({ refreshAhead: false, staleIfErrorMs: 1_000 });
  await cache.getSecret(key);
  clock.advance(1_000);
  memory.simulate("THROTTLED");
  const seen = events();
  await Promise.all([1, 2, 3].map(() => cache.getSecret(key)));
  expect(seen.map(shown)).toEqual([
    "getSecret backend failure memory",
    ...Array(3).fill("getSecret stale success cache(memory)"),
  ]);
});

test("what was written is not kept beyond its time, nor by a closed cache", async () => {
  const { cache, clock, memory, expose } = cacheFixture();
  await cache.putSecret(key, "sk-two");
  clock.advance(1_000);
  cache.cleanupExpired();
  await memory.deleteSecret(key, { mode: "permanent" });
  await memory.putSecret(key, "anew");
  expect(await expose()).toBe("anew");
});

test("no value and no key that is none gets out of it", async () => {
  const canary = "canary-c4Che0";
  const inner: SecretStore = MemorySecretStore.from({ [key]: canary });
  const cache = new SecretCache(inner, { negativeTtlMs: 5_000 });
  await cache.getSecret(key);
  await cache.getSecret("absent").catch(() => {});
  await assertNoLeak(cache, [canary]);
  await assertNoLeak(cache.stats(), [canary]);
  const seen = events();
  await cache.getSecret(`${canary}//`).catch(() => {});
  await cache.getSecrets([`${canary}//`]).catch(() => {});
  expect(JSON.stringify(seen)).not.toContain(canary);
});
