import { expect, test } from "vitest";
import { cacheFixture } from "../test/watched-store.js";

const key = "openai/api_key";
type Fixture = ReturnType<typeof cacheFixture>;

/** A cache that holds the old value, of a secret that has a new one. */
async function outdated(options = {}): Promise<Fixture> {
  const fixture = cacheFixture({ refreshAhead: false, ...options });
  await fixture.expose();
  await fixture.memory.putSecret(key, "sk-two");
  return fixture;
}

const day = 86_400_000;

test.each<[string, (clock: Fixture["clock"]) => void]>([
  ["time passes", (clock) => clock.advance(1_000)],
  ["the process was frozen", (clock) => clock.freeze(1_000)],
  ["the wall clock is set forward an hour", (clock) => clock.stepWallClock(3_600_000)],
  ["the wall clock is set forward a century", (clock) => clock.stepWallClock(36_525 * day)],
  [
    "the wall clock is set back an hour, and time passes",
    (clock) => {
      clock.stepWallClock(-3_600_000);
      clock.advance(1_000);
    },
  ],
  [
    "the wall clock is set back by what has passed",
    (clock) => {
      clock.advance(1_000);
      clock.stepWallClock(-1_000);
    },
  ],
])("nothing is served past its TTL when %s", async (_, pass) => {
  const { cache, clock, expose } = await outdated();
  pass(clock);
  expect(cache.peekSecret(key)).toBeUndefined();
  expect(await expose()).toBe("sk-two");
});

test("a millisecond before, it is served; a wall clock set back alone changes nothing", async () => {
  const { clock, store, expose } = await outdated();
  clock.advance(999);
  clock.stepWallClock(-day);
  expect(await expose()).toBe("sk-one");
  expect(store.calls).toHaveLength(1);
});

test("the age counts from when the read began, not from when the answer came", async () => {
  const { cache, clock, store, expose } = cacheFixture({ refreshAhead: false });
  const release = store.hold();
  const read = cache.getSecret(key);
  clock.advance(600);
  release();
  await read;
  clock.advance(399);
  await expose();
  expect(store.calls).toHaveLength(1);
  clock.advance(1);
  await expose();
  expect(store.calls).toHaveLength(2);
});

test("a clock that jumps to and fro makes one read, not a storm", async () => {
  const { clock, store, expose } = await outdated();
  clock.stepWallClock(3_600_000);
  await Promise.all(Array.from({ length: 100 }, () => expose()));
  clock.stepWallClock(-3_600_000);
  await Promise.all(Array.from({ length: 100 }, () => expose()));
  expect(store.calls).toHaveLength(2);
});

test("jitter shortens the TTL by a tenth at most, the same for every key and every cache", async () => {
  const ends = new Set<number>();
  for (const name of [key, "database", key]) {
    const { cache, clock } = cacheFixture({ ttlMs: 10_000, jitter: 0.1, refreshAhead: false });
    await cache.getSecret(name);
    let end = 0;
    for (; cache.peekSecret(name); end += 10) clock.advance(10);
    ends.add(end);
    expect(cache.ttlMs).toBe(10_000);
  }
  expect(ends.size).toBe(1);
  const [end = 0] = ends;
  expect(end).toBeGreaterThanOrEqual(9_000);
  expect(end).toBeLessThanOrEqual(10_000);
});

test("an absent secret is asked for each time, unless its absence is remembered", async () => {
  const off = cacheFixture();
  const on = cacheFixture({ negativeTtlMs: 100 });
  for (const { cache } of [off, on]) {
    for (let read = 0; read < 1_000; read++) {
      await expect(cache.getSecret("absent")).rejects.toMatchObject({ code: "NOT_FOUND" });
    }
  }
  expect([off.store.calls.length, on.store.calls.length]).toEqual([1_000, 1]);
  expect(on.cache.stats()).toMatchObject({ hits: 999, misses: 1 });
  expect([on.cache.peekSecret("absent"), on.cache.size]).toEqual([undefined, 1]);
  const { errors } = await on.cache.getSecrets(["absent"]);
  expect(errors.get("absent")?.code).toBe("NOT_FOUND");
  on.clock.advance(100);
  await on.memory.putSecret("absent", "here");
  expect((await on.cache.getSecret("absent")).value.expose()).toBe("here");
});

test("a put ends a remembered absence at once, and nothing else is remembered", async () => {
  const { cache, memory, store } = cacheFixture({ negativeTtlMs: 5_000 });
  await expect(cache.getSecret("new")).rejects.toThrow();
  await cache.putSecret("new", "value");
  expect((await cache.getSecret("new")).value.expose()).toBe("value");
  memory.simulate("PERMISSION_DENIED");
  const before = store.calls.length;
  for (let read = 0; read < 10; read++) await expect(cache.getSecret(key)).rejects.toThrow();
  expect(store.calls.length - before).toBe(10);
});

test("cleanupExpired takes out what is over, by hand or on a timer that keeps no process alive", async () => {
  const byHand = cacheFixture({ refreshAhead: false });
  await byHand.cache.preload([key, "database"]);
  byHand.clock.advance(500);
  await byHand.cache.getSecret("database", { field: "user" });
  expect(byHand.cache.cleanupExpired()).toBe(0);
  byHand.clock.advance(500);
  expect([byHand.cache.size, byHand.cache.cleanupExpired(), byHand.cache.size]).toEqual([3, 2, 1]);
  expect(byHand.cache.stats().expirations).toBe(2);

  const { cache, clock } = cacheFixture({ cleanupIntervalMs: 700 });
  await cache.preload([key, "database"]);
  clock.advance(700);
  expect(cache.size).toBe(2);
  clock.advance(700);
  expect(cache.size).toBe(0);
  await cache.close();
  expect(clock.pendingTimers).toBe(0);
});
