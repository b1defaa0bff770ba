import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { FakeClock } from "secrets-tools/fake-clock";
import { expect, test } from "vitest";
import { cacheFixture, WatchedStore } from "../test/watched-store.js";
import { SecretCache } from "./index.js";

const key = "openai/api_key";

test("a read after 0.8 of the TTL answers at once and refreshes in the background", async () => {
  const { cache, clock, memory, store, expose } = cacheFixture();
  await expose();
  await memory.putSecret(key, "sk-two");
  clock.advance(799);
  await clock.advanceAsync(0);
  expect(await expose()).toBe("sk-one");
  expect(store.calls).toHaveLength(1);
  clock.advance(1);
  for (let read = 0; read < 100; read++) expect(await expose()).toBe("sk-one");
  await clock.advanceAsync(5);
  expect(store.calls).toHaveLength(2);
  expect(await expose()).toBe("sk-two");
  expect(cache.stats()).toMatchObject({ refreshes: 1, hits: 102, misses: 1, expirations: 0 });
});

test("without refreshAhead nothing goes out before the end", async () => {
  const { clock, store, expose } = cacheFixture({ refreshAhead: false });
  await expose();
  clock.advance(999);
  await expose();
  await clock.advanceAsync(0);
  expect(store.calls).toHaveLength(1);
});

test("what nobody reads is not refreshed, and no timer waits for it", async () => {
  const { clock, store, expose } = cacheFixture();
  await expose();
  await clock.advanceAsync(900);
  expect([store.calls.length, clock.pendingTimers]).toEqual([1, 0]);
});

async function dueTogether(count: number, maxBatchSize: number) {
  const clock = new FakeClock();
  const keys = Array.from({ length: count }, (_, index) => `app/key-${index}`);
  const memory = MemorySecretStore.from(
    Object.fromEntries(keys.map((name) => [name, `v-${name}`])),
    { now: clock.now, maxBatchSize },
  );
  const store = new WatchedStore(memory);
  const cache = new SecretCache(store, { ttlMs: 1_000, jitter: false, clock });
  await cache.preload(keys);
  clock.advance(850);
  for (const name of keys) await cache.getSecret(name);
  return { clock, keys, memory, store, cache };
}

test("fifty keys that fall due together are one batch", async () => {
  const { clock, keys, store, cache } = await dueTogether(50, 50);
  await clock.advanceAsync(5);
  expect(store.calls.map(({ operation, keys: asked }) => [operation, asked])).toEqual([
    ["getSecrets", keys],
    ["getSecrets", keys],
  ]);
  expect(cache.stats()).toMatchObject({ refreshes: 50, backendCalls: 2 });
  clock.advance(700); // past their first end
  for (const name of keys) await cache.getSecret(name);
  expect(cache.stats().misses).toBe(50);
});

test("forty-five keys are three requests of a store whose batch holds twenty", async () => {
  const requests: number[] = [];
  class CountingStore extends MemorySecretStore {
    protected override async readMany(keys: readonly string[]) {
      requests.push(keys.length);
      return super.readMany(keys);
    }
  }
  const clock = new FakeClock();
  const store = new CountingStore({ now: clock.now, maxBatchSize: 20 });
  const keys = Array.from({ length: 45 }, (_, index) => `key-${index}`);
  for (const name of keys) await store.putSecret(name, "value");
  const cache = new SecretCache(store, { ttlMs: 1_000, jitter: false, clock });
  await cache.preload(keys);
  requests.length = 0;
  clock.advance(850);
  for (const name of keys) await cache.getSecret(name);
  await clock.advanceAsync(5);
  expect(requests).toEqual([20, 20, 5]);
});

test("one key that is due goes through getSecret", async () => {
  const { clock, store } = await dueTogether(1, 50);
  await clock.advanceAsync(5);
  expect(store.calls.at(-1)?.operation).toBe("getSecret");
});

test.each(["PERMISSION_DENIED", "THROTTLED"] as const)(
  "a batch that is refused with %s falls back to single reads, for a while",
  async (code) => {
    const { clock, memory, store, cache, keys } = await dueTogether(3, 20);
    const batch = store.getSecrets.bind(store);
    store.getSecrets = async (asked, options) => {
      memory.simulate(code); // batches only
      const result = await batch(asked, options);
      memory.simulate(undefined);
      return result;
    };
    await clock.advanceAsync(5);
    const operations = () => store.calls.slice(1).map(({ operation }) => operation);
    expect(operations()).toEqual(["getSecrets", "getSecret", "getSecret", "getSecret"]);
    clock.advance(820);
    for (const name of keys) await cache.getSecret(name);
    await clock.advanceAsync(5);
    expect(operations().slice(4)).toEqual(["getSecret", "getSecret", "getSecret"]);
    expect(cache.stats().expirations).toBe(0);
  },
);

test("fields and versions are refreshed too, each by itself", async () => {
  const { cache, clock, store } = cacheFixture();
  const read = () =>
    Promise.all([
      cache.getSecret("database", { field: "user" }),
      cache.getSecretVersion("database", "1"),
    ]);
  await read();
  clock.advance(850);
  await read();
  await clock.advanceAsync(5);
  expect(store.calls.map(({ operation }) => operation)).toEqual([
    ...["getSecret", "getSecretVersion"],
    ...["getSecret", "getSecretVersion"],
  ]);
});

test("a refresh that fails leaves what is held until its end, and is tried again in half a second", async () => {
  const { cache, clock, memory, store, expose } = cacheFixture({ ttlMs: 10_000 });
  await expose();
  clock.advance(8_000);
  memory.simulate("UNKNOWN");
  for (let half = 0; half < 3; half++) {
    for (let read = 0; read < 10; read++) expect(await expose()).toBe("sk-one");
    await clock.advanceAsync(505); // 5 to gather what is due, 500 until the next try
  }
  expect(store.calls).toHaveLength(4);
  clock.advance(485);
  await expect(cache.getSecret(key)).rejects.toMatchObject({ code: "UNKNOWN" });
});

test.each(["NOT_FOUND", "PERMISSION_DENIED", "AUTHENTICATION_FAILED"] as const)(
  "a refresh that is answered with %s lets the secret go at once",
  async (code) => {
    const { cache, clock, memory, expose } = cacheFixture({ staleIfErrorMs: 60_000 });
    await expose();
    clock.advance(850);
    memory.simulate(code);
    await expose();
    await clock.advanceAsync(5);
    await expect(cache.getSecret(key)).rejects.toMatchObject({ code });
    expect(cache.peekSecret(key)).toBeUndefined();
  },
);

test("a reader who comes at the end joins the refresh that is under way", async () => {
  const { cache, clock, memory, store } = cacheFixture();
  await cache.getSecret(key);
  await memory.putSecret(key, "sk-two");
  clock.advance(900);
  const release = store.hold();
  await cache.getSecret(key);
  clock.stepWallClock(100);
  const read = cache.getSecret(key); // no timer has to run for it
  release();
  expect((await read).value.expose()).toBe("sk-two");
  expect(store.calls).toHaveLength(2);
});

test("a refresh that something else has overtaken is not sent", async () => {
  const { cache, clock, store } = cacheFixture();
  await cache.getSecret(key);
  clock.advance(900);
  await cache.getSecret(key);
  await cache.getSecret(key, { fresh: true });
  await clock.advanceAsync(5);
  expect(store.calls).toHaveLength(2);
});
