import { onWarning, type SecretWarning } from "@llm-orchestrator/secrets-core";
import { expect, onTestFinished, test } from "vitest";
import { cacheFixture } from "../test/watched-store.js";

const key = "openai/api_key";
const stale = { staleIfErrorMs: 10_000, refreshAhead: false } as const;

function warnings(): SecretWarning[] {
  const seen: SecretWarning[] = [];
  onTestFinished(onWarning((warning) => seen.push(warning)));
  return seen;
}

test.each(["BACKEND_UNAVAILABLE", "THROTTLED"] as const)(
  "while the backend says %s the last value serves, marked, counted and warned of",
  async (code) => {
    const seen = warnings();
    const { cache, clock, memory } = cacheFixture(stale);
    await cache.getSecret(key);
    memory.simulate(code);
    clock.advance(1_000);
    const secret = await cache.getSecret(key);
    expect([secret.stale, secret.value.expose(), secret.version]).toEqual([true, "sk-one", "1"]);
    expect(Object.isFrozen(secret)).toBe(true);
    expect(await cache.getSecret(key)).toBe(secret);
    expect(cache.stats()).toMatchObject({ staleServed: 2, misses: 3, hits: 0, expirations: 1 });
    expect(seen).toEqual([
      expect.objectContaining({ code: "STALE_SECRET_SERVED", key, store: "cache(memory)" }),
    ]);
  },
);

test.each([
  "PERMISSION_DENIED",
  "AUTHENTICATION_FAILED",
  "NOT_FOUND",
  "CONFIGURATION",
  "UNKNOWN",
] as const)("%s is never answered with a stale value", async (code) => {
  const { cache, clock, memory } = cacheFixture(stale);
  await cache.getSecret(key);
  clock.advance(1_000);
  memory.simulate(code);
  await expect(cache.getSecret(key)).rejects.toMatchObject({ code });
});

test("a denial ends it: what is stale is gone for good", async () => {
  const { cache, clock, memory } = cacheFixture(stale);
  await cache.getSecret(key);
  clock.advance(1_000);
  memory.simulate("PERMISSION_DENIED");
  await expect(cache.getSecret(key)).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
  memory.simulate("BACKEND_UNAVAILABLE");
  await expect(cache.getSecret(key)).rejects.toMatchObject({ code: "BACKEND_UNAVAILABLE" });
  expect(cache.size).toBe(0);
});

test("a secret that was deleted at the backend is not served stale", async () => {
  const { cache, clock, memory } = cacheFixture(stale);
  await cache.getSecret(key);
  await memory.deleteSecret(key);
  clock.advance(1_000);
  await expect(cache.getSecret(key)).rejects.toMatchObject({
    code: "NOT_FOUND",
    reason: "deleted",
  });
  memory.simulate("BACKEND_UNAVAILABLE");
  await expect(cache.getSecret(key)).rejects.toMatchObject({ code: "BACKEND_UNAVAILABLE" });
});

test.each([
  ["the monotonic clock", (clock: Clock) => clock.advance(1)],
  ["the wall clock, set forward", (clock: Clock) => clock.stepWallClock(1)],
])("the hard limit ends it, on %s", async (_, pass) => {
  const { cache, clock, memory } = cacheFixture(stale);
  await cache.getSecret(key);
  memory.simulate("BACKEND_UNAVAILABLE");
  clock.advance(10_999);
  expect((await cache.getSecret(key)).stale).toBe(true);
  pass(clock);
  await expect(cache.getSecret(key)).rejects.toMatchObject({ code: "BACKEND_UNAVAILABLE" });
  expect(cache.size).toBe(0);
});
type Clock = ReturnType<typeof cacheFixture>["clock"];

test("off, which is the default, an outage is an error", async () => {
  const { cache, clock, memory } = cacheFixture();
  await cache.getSecret(key);
  memory.simulate("BACKEND_UNAVAILABLE");
  clock.advance(1_000);
  await expect(cache.getSecret(key)).rejects.toMatchObject({ code: "BACKEND_UNAVAILABLE" });
});

test("while it lasts one reader of a key in half a second asks, and the others do not wait", async () => {
  warnings();
  const { cache, clock, memory, store } = cacheFixture(stale);
  await cache.getSecrets([key, "database"]);
  memory.simulate("BACKEND_UNAVAILABLE");
  clock.advance(1_000);
  const readAll = () => Promise.all([key, "database"].map((name) => cache.getSecret(name)));
  await readAll(); // learn of it
  store.calls.length = 0;
  for (let read = 0; read < 100; read++) await readAll();
  expect(store.calls).toHaveLength(0);
  clock.advance(500);
  const release = store.hold(); // from now on it takes long to fail
  const asking = readAll();
  for (let read = 0; read < 100; read++) {
    for (const secret of await readAll()) expect(secret.stale).toBe(true);
  }
  expect(store.calls.map(({ keys }) => keys)).toEqual([[key], ["database"]]);
  release();
  for (const secret of await asking) expect(secret.stale).toBe(true);
  memory.simulate(undefined);
  clock.advance(500);
  for (const secret of await readAll()) expect(secret.stale).toBe(false);
});

test("a key that always fails does not keep the others from being read", async () => {
  warnings();
  const { cache, clock, memory, expose } = cacheFixture({ ...stale, ttlMs: 100 });
  const read = memory.getSecret.bind(memory);
  const readMany = memory.getSecrets.bind(memory);
  memory.getSecret = async (name, options) => {
    if (name === "database") memory.simulate("BACKEND_UNAVAILABLE");
    const answer = read(name, options);
    await answer.catch(() => {});
    memory.simulate(undefined);
    return answer;
  };
  memory.getSecrets = readMany;
  await cache.preload([key, "database"]);
  await memory.putSecret(key, "sk-two");
  for (let time = 0; time < 10; time++) {
    await clock.advanceAsync(105);
    expect((await cache.getSecret("database")).key).toBe("database");
    await expose();
    await clock.advanceAsync(5);
  }
  expect(await expose()).toBe("sk-two");
});

test("a refused refresh makes an outage known before the end, so that nobody waits for it", async () => {
  const { cache, clock, memory, store } = cacheFixture({ staleIfErrorMs: 10_000 });
  await cache.getSecret(key);
  memory.simulate("BACKEND_UNAVAILABLE");
  clock.advance(900);
  await cache.getSecret(key);
  await clock.advanceAsync(5);
  clock.advance(100);
  store.hold(); // a backend that hangs
  expect((await cache.getSecret(key)).stale).toBe(true);
});

test("fresh and rejected ask the backend, and nothing else will do", async () => {
  const { cache, clock, memory } = cacheFixture(stale);
  const secret = await cache.getSecret(key);
  memory.simulate("BACKEND_UNAVAILABLE");
  const down = { code: "BACKEND_UNAVAILABLE" };
  await expect(cache.getSecret(key, { fresh: true })).rejects.toMatchObject(down);
  await expect(cache.getSecret(key, { rejected: secret })).rejects.toMatchObject(down);
  expect((await cache.getSecret(key)).stale).toBe(false);
  clock.advance(1_000);
  await expect(cache.getSecret(key, { fresh: true })).rejects.toMatchObject(down);
  expect((await cache.getSecret(key)).stale).toBe(true);
});

test("getSecrets serves stale per key, and errors for what is not held", async () => {
  warnings();
  const { cache, clock, memory } = cacheFixture(stale);
  await cache.getSecret(key);
  memory.simulate("THROTTLED");
  clock.advance(1_000);
  for (let call = 0; call < 2; call++) {
    const { secrets, errors } = await cache.getSecrets([key, "database"]);
    expect(secrets.get(key)?.stale).toBe(true);
    expect(errors.get("database")?.code).toBe("THROTTLED");
  }
});

test("peek does not show what is past its time, though it may be served stale", async () => {
  const { cache, clock } = cacheFixture(stale);
  await cache.getSecret(key);
  clock.advance(1_000);
  expect([cache.peekSecret(key), cache.size]).toEqual([undefined, 1]);
  expect(cache.cleanupExpired()).toBe(0);
  clock.advance(10_000);
  expect([cache.cleanupExpired(), cache.size]).toEqual([1, 0]);
});

test("a reader whose own read failed gets what another one has brought meanwhile, unmarked", async () => {
  const { cache, clock, memory, store } = cacheFixture(stale);
  await cache.getSecret(key);
  clock.advance(1_000);
  memory.simulate("BACKEND_UNAVAILABLE");
  const release = store.hold();
  const failing = cache.getSecret(key);
  memory.simulate(undefined);
  const fresh = cache.getSecret(key, { fresh: true });
  store.calls.length = 0;
  release();
  expect((await fresh).stale).toBe(false);
  expect((await failing).stale).toBe(false);
  expect(cache.stats().staleServed).toBe(0);
});

test("a read that was overtaken and brought a newer version leaves that one for an outage", async () => {
  const { cache, clock, memory, store } = cacheFixture({ ...stale, ttlMs: 1_000 });
  await cache.getSecret(key);
  await memory.putSecret(key, "sk-two");
  clock.advance(1_000);
  const releaseFirst = store.hold();
  const overtaken = cache.getSecret(key);
  await Promise.resolve();
  clock.advance(1_000); // it is not joined any more
  const releaseSecond = store.hold();
  memory.simulate("BACKEND_UNAVAILABLE");
  const failing = cache.getSecret(key);
  releaseFirst();
  expect((await overtaken).value.expose()).toBe("sk-two");
  releaseSecond();
  const secret = await failing;
  expect([secret.value.expose(), secret.stale]).toEqual(["sk-two", true]);
});
