import { expect, test } from "vitest";
import { cacheFixture } from "../test/watched-store.js";

const key = "openai/api_key";

test("a refused secret is answered with what is held, if that has another value", async () => {
  const { cache, store } = cacheFixture();
  const old = await cache.getSecret(key);
  await cache.putSecret(key, "sk-two");
  await cache.getSecret(key);
  const calls = store.calls.length;
  const next = await cache.getSecret(key, { rejected: old });
  expect([next.value.expose(), store.calls.length]).toEqual(["sk-two", calls]);
});

test("fifty refusals of what is held share one read past the cache", async () => {
  const { cache, memory, store } = cacheFixture();
  const old = await cache.getSecret(key);
  await memory.putSecret(key, "sk-two");
  const read = () => cache.getSecret(key, { rejected: old });
  const answers = await Promise.all(Array.from({ length: 50 }, read));
  for (const secret of answers) expect(secret.value.expose()).toBe("sk-two");
  expect(store.calls).toHaveLength(2);
  expect((await cache.getSecret(key)).version).toBe("2");
});

test("a key that is simply bad is asked for once in a second, by default", async () => {
  const { cache, clock, store } = cacheFixture({ ttlMs: 60_000 });
  const bad = await cache.getSecret(key);
  const refuse = () => cache.getSecret(key, { rejected: bad });
  for (let refusal = 0; refusal < 100; refusal++) await refuse();
  expect(store.calls).toHaveLength(2);
  clock.advance(999);
  await refuse();
  expect(store.calls).toHaveLength(2);
  clock.advance(1);
  await refuse();
  expect(store.calls).toHaveLength(3);
});

test("the cooldown is for that value only, so that the next rotation is not held back", async () => {
  const { cache, memory, store } = cacheFixture({ ttlMs: 60_000 });
  const first = await cache.getSecret(key);
  await cache.getSecret(key, { rejected: first });
  await memory.putSecret(key, "sk-two");
  const second = await cache.getSecret(key, { fresh: true });
  await memory.putSecret(key, "sk-three");
  const third = await cache.getSecret(key, { rejected: second });
  expect([third.value.expose(), store.calls.length]).toEqual(["sk-three", 4]);
});

test("a write through the cache ends the cooldown", async () => {
  const { cache } = cacheFixture({ ttlMs: 60_000 });
  const bad = await cache.getSecret(key);
  await cache.getSecret(key, { rejected: bad });
  await cache.putSecret(key, "sk-two");
  expect((await cache.getSecret(key, { rejected: bad })).value.expose()).toBe("sk-two");
});

test("without a cooldown each refusal asks", async () => {
  const { cache, store } = cacheFixture({ rejectedCooldownMs: false });
  const bad = await cache.getSecret(key);
  for (let refusal = 0; refusal < 3; refusal++) await cache.getSecret(key, { rejected: bad });
  expect(store.calls).toHaveLength(4);
});

test("a fresh read that began before the refusal is not enough", async () => {
  const { cache, memory, store } = cacheFixture();
  const old = await cache.getSecret(key);
  const release = store.hold();
  const fresh = cache.getSecret(key, { fresh: true }); // has found the old value
  await memory.putSecret(key, "sk-two");
  const refused = cache.getSecret(key, { rejected: old });
  release();
  expect((await fresh).value.expose()).toBe("sk-one");
  expect((await refused).value.expose()).toBe("sk-two");
  expect((await cache.getSecret(key)).value.expose()).toBe("sk-two");
});

test("refusals are of a field when a field was read", async () => {
  const { cache, memory, store } = cacheFixture();
  const field = "password";
  const old = await cache.getSecret("database", { field });
  await memory.putSecret("database", '{"user":"app","password":"p2"}');
  const next = await cache.getSecret("database", { field, rejected: old });
  expect([next.value.expose(), store.calls.length]).toEqual(["p2", 2]);
});

test("values are compared, not versions: a store without versions rotates as well", async () => {
  const { cache, memory } = cacheFixture();
  const { version: _, ...withoutVersion } = await cache.getSecret(key);
  await memory.putSecret(key, "sk-two");
  const next = await cache.getSecret(key, { rejected: withoutVersion });
  expect(next.value.expose()).toBe("sk-two");
});
