import { expect, test } from "vitest";
import { cacheFixture, UnversionedStore } from "../test/watched-store.js";
import { SecretCache } from "./index.js";

const key = "openai/api_key";

async function threeVersions(options = {}) {
  const fixture = cacheFixture(options);
  await fixture.memory.putSecret(key, "sk-two");
  await fixture.memory.putSecret(key, "sk-three");
  const expose = async (version: string) =>
    (await fixture.cache.getSecretVersion(key, version)).value.expose();
  return { ...fixture, exposeVersion: expose };
}

test("each version is held by itself, and version 2 is never version 1", async () => {
  const { store, exposeVersion } = await threeVersions();
  for (let round = 0; round < 2; round++) {
    expect(await exposeVersion("1")).toBe("sk-one");
    expect(await exposeVersion("2")).toBe("sk-two");
    expect(await exposeVersion("3")).toBe("sk-three");
  }
  expect(store.calls).toHaveLength(3);
});

test("no text reaches another place: keys, versions and fields are not joined", async () => {
  const { cache } = await threeVersions();
  await cache.getSecretVersion(key, "2");
  await cache.getSecret("database", { field: "user" });
  const crafted = [`${key}\u00002`, `${key}:2`, `${key}\u00002\u0000`, "database\u0000user"];
  for (const text of crafted) {
    expect(cache.peekSecret(text)).toBeUndefined();
    await expect(cache.getSecret(text)).rejects.toMatchObject({ code: "INVALID_KEY" });
  }
});

test('"current" is what getSecret holds', async () => {
  const { cache, store } = await threeVersions();
  const secret = await cache.getSecret(key);
  expect(await cache.getSecretVersion(key, "current")).toBe(secret);
  expect(store.calls).toHaveLength(1);
});

test('"previous" is held until another version is current', async () => {
  const { cache, memory, store, exposeVersion } = await threeVersions();
  await cache.getSecret(key);
  expect(await exposeVersion("previous")).toBe("sk-two");
  expect(await exposeVersion("previous")).toBe("sk-two");
  expect(store.calls).toHaveLength(2);
  await memory.putSecret(key, "sk-four");
  await cache.getSecret(key, { fresh: true });
  expect(await exposeVersion("previous")).toBe("sk-three");
});

test("a version may be held for longer than what is current", async () => {
  const { cache, clock, store } = await threeVersions({ versionTtlMs: 60_000 });
  const read = () =>
    Promise.all([
      cache.getSecret(key),
      cache.getSecretVersion(key, "2"),
      cache.getSecretVersion(key, "previous"),
    ]);
  await read();
  clock.advance(1_000);
  await read();
  expect(store.calls).toHaveLength(5);
});

test("fields follow the version of the secret that was read last", async () => {
  const { cache, memory } = cacheFixture();
  const field = "password";
  await cache.getSecret("database", { field });
  await memory.putSecret("database", '{"user":"app","password":"p2"}');
  await cache.getSecret("database", { fresh: true });
  expect(cache.peekSecret("database")?.version).toBe("2");
  expect((await cache.getSecret("database", { field })).value.expose()).toBe("p2");
});

test("what makes room for another place of its own key does not take that along", async () => {
  const { cache, store } = cacheFixture({ maxEntries: 1 });
  await cache.getSecret("database", { field: "user" });
  await cache.getSecret("database");
  expect([cache.size, cache.peekSecret("database")?.key]).toEqual([1, "database"]);
  await cache.getSecret("database");
  expect(store.calls).toHaveLength(2);
});

test("a field is held apart from the whole, and a missing one is an error each time", async () => {
  const { cache, store } = cacheFixture();
  for (let round = 0; round < 2; round++) {
    const user = await cache.getSecret("database", { field: "user" });
    const whole = await cache.getSecret("database");
    expect([user.value.expose(), whole.value.exposeJson()]).toEqual([
      "app",
      { user: "app", password: "p1" },
    ]);
    await expect(cache.getSecret("database", { field: "port" })).rejects.toMatchObject({
      code: "INVALID_SECRET",
      reason: "missing-field",
    });
  }
  expect([store.calls.length, cache.size]).toEqual([4, 2]);
});

test("a write lets go of fields and versions too", async () => {
  const { cache } = cacheFixture();
  await cache.getSecret("database", { field: "user" });
  await cache.getSecretVersion("database", "1");
  await cache.getSecretVersion("database", "1", { field: "user" });
  await cache.getSecret("database");
  expect(cache.size).toBe(4);
  await cache.putSecret("database", '{"user":"other"}');
  expect(cache.size).toBe(0);
  expect((await cache.getSecret("database", { field: "user" })).value.expose()).toBe("other");
});

test("what has left leaves nothing behind", async () => {
  const { cache, exposeVersion } = await threeVersions({ maxEntries: 1 });
  await exposeVersion("1");
  await cache.getSecret("database", { field: "user" });
  await exposeVersion("2");
  expect(cache.size).toBe(1);
  expect(cache.stats().evictions).toBe(2);
  expect(await exposeVersion("1")).toBe("sk-one");
});

test("without versions, another value of one place lets the others go", async () => {
  const memory = new UnversionedStore();
  await memory.putSecret("db", '{"user":"u1","password":"p1"}');
  const cache = new SecretCache(memory);
  const read = async (field: string, options = {}) =>
    (await cache.getSecret("db", { field, ...options })).value.expose();
  expect([await read("user"), await read("password")]).toEqual(["u1", "p1"]);
  await memory.putSecret("db", '{"user":"u2","password":"p2"}');
  expect([await read("password", { fresh: true }), await read("user")]).toEqual(["p2", "u2"]);
});
