import type { Secret } from "@llm-orchestrator/secrets-core";
import { expect, test, vi } from "vitest";
import { cacheFixture } from "../test/watched-store.js";

const key = "openai/api_key";

interface Pending {
  readonly answer: (secret: Secret) => void;
  readonly told: Promise<string | undefined>;
}

test("a thousand concurrent misses are one call, and so are a thousand at expiry", async () => {
  const { cache, clock, store } = cacheFixture({ refreshAhead: false });
  const readAll = () => Promise.all(Array.from({ length: 1_000 }, () => cache.getSecret(key)));
  for (const calls of [1, 2]) {
    const secrets = await readAll();
    expect(new Set(secrets).size).toBe(1);
    expect(store.calls).toHaveLength(calls);
    clock.advance(1_000);
  }
});

test("with the backend down a thousand misses are one call, and each gets the typed error", async () => {
  const { cache, memory, store } = cacheFixture();
  memory.simulate("BACKEND_UNAVAILABLE");
  const reads = Array.from({ length: 1_000 }, () => cache.getSecret(key).catch((error) => error));
  for (const error of await Promise.all(reads)) {
    expect(error).toMatchObject({ code: "BACKEND_UNAVAILABLE", retryable: true, key });
  }
  expect(store.calls).toHaveLength(1);
});

test("a caller who aborts leaves alone, and the others get their answer", async () => {
  const { cache, store } = cacheFixture();
  const release = store.hold();
  const controller = new AbortController();
  const leaving = cache.getSecret(key, { signal: controller.signal });
  const staying = Array.from({ length: 9 }, () =>
    cache.getSecret(key, { signal: new AbortController().signal }),
  );
  const reason = new Error("enough");
  controller.abort(reason);
  await expect(leaving).rejects.toBe(reason);
  expect(store.calls[0]?.signal?.aborted).toBe(false);
  release();
  for (const secret of await Promise.all(staying)) expect(secret.value.expose()).toBe("sk-one");
  expect(store.calls).toHaveLength(1);
});

test("when the last waiter leaves the read is cancelled, and the next reader starts anew", async () => {
  const { cache, store, expose } = cacheFixture();
  const release = store.hold();
  const controllers = [new AbortController(), new AbortController()];
  const reads = controllers.map(({ signal }) => cache.getSecret(key, { signal }));
  controllers[0]?.abort();
  expect(store.calls[0]?.signal?.aborted).toBe(false);
  controllers[1]?.abort();
  expect(store.calls[0]?.signal?.aborted).toBe(true);
  for (const read of reads) await expect(read).rejects.toThrow("aborted");
  release();
  expect(await expose()).toBe("sk-one");
  expect(store.calls).toHaveLength(2);
  expect(cache.size).toBe(1);
});

test("a batch that others have joined goes on until all of its keys are given up", async () => {
  const { cache, store } = cacheFixture();
  const release = store.hold();
  const controller = new AbortController();
  const batch = cache.getSecrets([key, "database"], { signal: controller.signal });
  const single = cache.getSecret("database");
  controller.abort();
  await expect(batch).rejects.toThrow("aborted");
  expect(store.calls.map(({ signal }) => signal?.aborted)).toEqual([false]);
  release();
  expect((await single).key).toBe("database");
  const alone = new AbortController();
  store.hold();
  const other = cache.getSecrets(["absent-1", "absent-2"], { signal: alone.signal });
  alone.abort();
  await expect(other).rejects.toThrow("aborted");
  expect(store.calls[1]?.signal?.aborted).toBe(true);
});

test("getSecrets fetches only what is missing, in one call, and keeps the order", async () => {
  const { cache, store } = cacheFixture();
  await cache.getSecret("database");
  const keys = [key, "absent", "database", "no//key", key];
  const { secrets, errors } = await cache.getSecrets(keys);
  expect([...secrets.keys()]).toEqual([key, "database"]);
  expect([...errors].map(([name, { code }]) => [name, code])).toEqual([
    ["absent", "NOT_FOUND"],
    ["no//key", "INVALID_KEY"],
  ]);
  expect(store.calls.map(({ keys: asked }) => asked)).toEqual([
    ["database"],
    [key, "absent", "no//key"],
  ]);
  await cache.getSecrets([key, "database"]);
  expect(store.calls).toHaveLength(2);
  expect(cache.size).toBe(2);
});

test("getSecrets joins a read that is under way", async () => {
  const { cache, store } = cacheFixture();
  const release = store.hold();
  const single = cache.getSecret(key);
  const batch = cache.getSecrets([key, "database"]);
  release();
  expect((await batch).secrets.get(key)).toBe(await single);
  expect(store.calls.map(({ keys }) => keys)).toEqual([[key], ["database"]]);
});

test("concurrent fresh reads share one call and refill; an ordinary read under way is not enough", async () => {
  const { cache, memory, store, expose } = cacheFixture();
  const release = store.hold();
  const ordinary = cache.getSecret(key);
  await memory.putSecret(key, "sk-two"); // not through the cache: the ordinary read misses it
  const fresh = Array.from({ length: 50 }, () => cache.getSecret(key, { fresh: true }));
  release();
  expect((await ordinary).value.expose()).toBe("sk-one");
  for (const secret of await Promise.all(fresh)) expect(secret.value.expose()).toBe("sk-two");
  expect(store.calls).toHaveLength(2);
  expect(await expose()).toBe("sk-two");
  expect(store.calls).toHaveLength(2);
});

test("a read that has been under way for longer than the TTL is nothing to join", async () => {
  const { cache, clock, memory, store, expose } = cacheFixture();
  const release = store.hold();
  const [hanging, other] = [cache.getSecret(key), cache.getSecrets(["database"])];
  clock.freeze(1_000); // a laptop that slept
  await memory.putSecret(key, "sk-two");
  const [single, batch] = [expose(), cache.getSecrets([key, "database"])];
  release();
  expect((await hanging).value.expose()).toBe("sk-one");
  expect([await single, (await batch).secrets.get(key)?.value.expose()]).toEqual([
    "sk-two",
    "sk-two",
  ]);
  await other;
  expect(store.calls).toHaveLength(4);
});

test("one listener on the caller's signal serves a hundred keys", async () => {
  const { cache } = cacheFixture();
  const { signal } = new AbortController();
  const listen = vi.spyOn(signal, "addEventListener");
  const keys = Array.from({ length: 100 }, (_, index) => `key-${index}`);
  await cache.getSecrets(keys, { signal });
  expect(listen.mock.calls.length).toBeLessThan(5);
});

test("a batch that is refused as a whole is read one by one, for those who joined it, too", async () => {
  const { cache, memory, store } = cacheFixture();
  const batch = store.getSecrets.bind(store);
  store.getSecrets = async (keys, options) => {
    memory.simulate("PERMISSION_DENIED"); // batches only
    const result = await batch(keys, options);
    memory.simulate(undefined);
    return result;
  };
  const [many, single] = [cache.preload([key, "database"]), cache.getSecret(key)];
  expect([...(await many).secrets.keys()]).toEqual([key, "database"]);
  expect((await single).value.expose()).toBe("sk-one");
  await cache.getSecrets([key, "database"], { fresh: true });
  expect(store.calls.map(({ operation }) => operation)).toEqual([
    ...["getSecrets", "getSecret", "getSecret"],
    ...["getSecret", "getSecret"],
  ]);
});

test("of what other readers were told meanwhile the newest counts, in whatever order it came", async () => {
  const { cache, clock, memory } = cacheFixture({ refreshAhead: false });
  const older = await memory.putSecret(key, "sk-two");
  const newer = await memory.putSecret(key, "sk-three");
  const read = vi.spyOn(memory, "getSecret");
  const [first, second, last] = Array.from({ length: 3 }, () => {
    let answer: (secret: Secret) => void = () => {};
    read.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
    clock.advance(1_000); // what is under way is not joined any more
    return { answer, told: cache.getSecret(key).then(({ version }) => version) };
  }) as [Pending, Pending, Pending];
  second.answer(newer);
  expect(await second.told).toBe("3");
  first.answer(older);
  expect(await first.told).toBe("2"); // it began before the other one had ended
  last.answer(older);
  expect(await last.told).toBe("3");
});
