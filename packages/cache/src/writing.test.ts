import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { FakeClock } from "secrets-tools/fake-clock";
import { expect, test } from "vitest";
import { cacheFixture, UnversionedStore, WatchedStore } from "../test/watched-store.js";
import { SecretCache } from "./index.js";

const key = "openai/api_key";
const field = "password";
const generate = () => "sk-generated";

test.each<[string, (cache: SecretCache) => Promise<unknown>, string]>([
  ["put", (cache) => cache.putSecret(key, "sk-two"), "sk-two"],
  ["rotate", (cache) => cache.rotateSecret(key, { generate }), "sk-generated"],
])("after %s the next read has the new value", async (_, write, value) => {
  const { cache, expose } = cacheFixture();
  await expose();
  await write(cache);
  expect(await expose()).toBe(value);
});

test("after a deletion the secret is gone, after a restoration back", async () => {
  const { cache, expose } = cacheFixture({ negativeTtlMs: 5_000, staleIfErrorMs: 60_000 });
  await expose();
  await cache.deleteSecret(key);
  await expect(cache.getSecret(key)).rejects.toMatchObject({ reason: "deleted" });
  await cache.restoreSecret(key);
  expect(await expose()).toBe("sk-one");
});

function unversionedFixture() {
  const memory = new UnversionedStore();
  const store = new WatchedStore(memory);
  const cache = new SecretCache(store);
  const expose = async () => (await cache.getSecret(key)).value.expose();
  return { memory, store, cache, expose };
}

test("a read that was under way when the write began does not bring the old value back", async () => {
  const { cache, memory, store, expose } = unversionedFixture();
  await memory.putSecret(key, "sk-one");
  const release = store.hold();
  const old = expose();
  await cache.putSecret(key, "sk-two");
  release();
  expect(await old).toBe("sk-one"); // it began before
  expect(await expose()).toBe("sk-two");
});

test("a read that began during the write and ended after it is not kept either", async () => {
  const { cache, memory, store, expose } = unversionedFixture();
  await memory.putSecret(key, "sk-one");
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const put = memory.putSecret.bind(memory);
  memory.putSecret = async (...args) => {
    await finished;
    return put(...args);
  };
  const write = cache.putSecret(key, "sk-two");
  const release = store.hold();
  const during = expose();
  await Promise.resolve();
  finish();
  await write;
  const after = expose(); // must not join the one from before
  release();
  expect([await during, await after, await expose()]).toEqual(["sk-one", "sk-two", "sk-two"]);
});

test("a reader from before a write of a field gets its answer, and nobody thinks of an outage", async () => {
  const { cache, store } = cacheFixture();
  const release = store.hold();
  const before = cache.getSecret("database");
  await cache.putSecret("database", "p2", { field });
  release();
  expect((await before).version).toBe("1");
  expect((await cache.getSecret("database")).version).toBe("2");
});

test("a write that fails lets go of what was held, since nobody knows whether it came through", async () => {
  const { cache, memory, store } = cacheFixture();
  await cache.getSecret(key);
  memory.simulate("BACKEND_UNAVAILABLE");
  await expect(cache.putSecret(key, "sk-two")).rejects.toMatchObject({
    code: "BACKEND_UNAVAILABLE",
  });
  memory.simulate(undefined);
  await cache.getSecret(key);
  expect(store.calls).toHaveLength(2);
});

/** Answers reads with what was there before, as a replica that lags behind its leader does. */
class LaggingStore extends MemorySecretStore {
  lagged = new Map<string, string>();

  protected override async read(name: string) {
    const version = this.lagged.get(name);
    return version === undefined ? super.read(name) : this.readVersion(name, version);
  }
}

function laggingFixture() {
  const clock = new FakeClock();
  const store = new LaggingStore({ now: clock.now });
  const cache = new SecretCache(store, { ttlMs: 1_000, jitter: false, clock });
  const expose = async (options = {}) => (await cache.getSecret(key, options)).value.expose();
  return { clock, store, cache, expose };
}

test("a replica that lags does not bring an older version back after a write", async () => {
  const { cache, store, expose } = laggingFixture();
  await cache.putSecret(key, "one");
  await cache.putSecret(key, "two");
  store.lagged.set(key, "1");
  expect(await expose()).toBe("two");
  expect(await expose({ fresh: true })).toBe("two");
  store.lagged.clear();
  expect(await expose()).toBe("two");
  await cache.rotateSecret(key, { generate: () => "three" });
  store.lagged.set(key, "2");
  expect(await expose()).toBe("three");
});

test("nor does a refresh replace what is held by something older", async () => {
  const { cache, clock, store, expose } = laggingFixture();
  await store.putSecret(key, "one");
  await store.putSecret(key, "two");
  expect(await expose()).toBe("two");
  store.lagged.set(key, "1");
  clock.advance(900);
  await expose();
  await clock.advanceAsync(5);
  expect(await expose()).toBe("two");
  expect(await expose({ fresh: true })).toBe("two");
  clock.advance(95);
  expect(await expose()).toBe("one"); // its time is over: what the backend says counts
  expect(cache.size).toBe(1);
});

test("a field that was written is held against a replica that lags", async () => {
  const { cache, store } = laggingFixture();
  await cache.putSecret(key, '{"user":"u","password":"p1"}');
  await cache.putSecret(key, "p2", { field });
  store.lagged.set(key, "1");
  expect((await cache.getSecret(key, { field })).value.expose()).toBe("p2");
  await expect(cache.getSecret(key)).rejects.toMatchObject({
    ...{ code: "BACKEND_UNAVAILABLE", reason: "replica-behind", retryable: true, key },
  });
  store.lagged.clear();
  expect((await cache.getSecret(key)).value.exposeJson()).toEqual({ user: "u", password: "p2" });
});

test("a secret that was deleted for good and made anew starts at version 1 again", async () => {
  const { cache, clock, store, expose } = laggingFixture();
  await cache.putSecret(key, "one");
  await cache.putSecret(key, "two");
  await expose();
  clock.advance(10);
  await store.deleteSecret(key, { mode: "permanent" }); // past the cache
  await store.putSecret(key, "anew");
  expect(await expose({ fresh: true })).toBe("anew");
  expect(await expose()).toBe("anew");
});

test("what is written is remembered for no more keys than the cache holds", async () => {
  const clock = new FakeClock();
  const store = new LaggingStore({ now: clock.now });
  const cache = new SecretCache(store, { ttlMs: 1_000, jitter: false, clock, maxEntries: 2 });
  for (const name of ["a", "b", "c"]) {
    await cache.putSecret(name, "one");
    await cache.putSecret(name, "two");
    store.lagged.set(name, "1");
  }
  const read = async (name: string) => (await cache.getSecret(name)).value.expose();
  expect([await read("a"), await read("b"), await read("c")]).toEqual(["one", "two", "two"]);
});

test("a replica that is behind for one key is no outage for another", async () => {
  const clock = new FakeClock();
  const store = new LaggingStore({ now: clock.now });
  const times = { ttlMs: 1_000, staleIfErrorMs: 60_000, jitter: false } as const;
  const cache = new SecretCache(store, { ...times, clock });
  await store.putSecret("b", "one");
  await cache.getSecret("b");
  clock.advance(1_000);
  await cache.putSecret("a", '{"password":"1"}');
  await cache.putSecret("a", "2", { field });
  store.lagged.set("a", "1");
  await expect(cache.getSecret("a")).rejects.toMatchObject({ reason: "replica-behind" });
  await store.putSecret("b", "two");
  expect(await cache.getSecret("b")).toMatchObject({ stale: false, version: "2" });
});
