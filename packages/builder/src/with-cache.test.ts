import { SecretCache } from "@llm-orchestrator/secrets-cache";
import { onWarning, type SecretStore } from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { FakeClock } from "secrets-tools/fake-clock";
import { expect, onTestFinished, test, vi } from "vitest";
import { mapBackend } from "../test/map-backend.js";
import { SecretManagerBuilder } from "./index.js";

const memory = () => MemorySecretStore.from({ "team/a": "1" });

test("withCache puts a cache around the store, and a second read asks nobody", async () => {
  const cache = await new SecretManagerBuilder(memory()).withCache({ ttlMs: 60_000 }).build();
  expect(cache).toBeInstanceOf(SecretCache);
  expect(cache.name).toBe("cache(memory)");
  expect(cache.ttlMs).toBe(60_000);
  const first = await cache.getSecret("team/a");
  expect(await cache.getSecret("team/a")).toBe(first);
  expect(cache.stats()).toMatchObject({ hits: 1, misses: 1, backendCalls: 1 });
});

type Step = (
  builder: SecretManagerBuilder<MemorySecretStore>,
) => SecretManagerBuilder<MemorySecretStore>;

test("the cache is outermost whatever the order of the calls", async () => {
  onTestFinished(onWarning(() => {}));
  const others: readonly Step[] = [
    (builder) => builder.withKeyPrefix("team/"),
    (builder) => builder.withFallback(MemorySecretStore.from({ b: "2" }, { name: "second" })),
    (builder) => builder.readOnly(),
  ];
  for (let position = 0; position <= others.length; position++) {
    const steps = [...others];
    steps.splice(position, 0, (builder) => builder.withCache());
    const builder = new SecretManagerBuilder(memory());
    for (const step of steps) step(builder);
    const cache = (await builder.build()) as SecretCache;
    expect(cache.name).toBe("cache(fallback(memory,second))");
    await cache.getSecrets(["a", "b"]);
    expect(cache.peekSecret("a")?.key).toBe("a"); // under the caller's key
    expect(cache.peekSecret("b")?.store).toBe("second"); // an answer of the fallback is kept too
    await expect(cache.putSecret("a", "x")).rejects.toMatchObject({ reason: "read-only" });
    await cache.close();
  }
});

test("options of later calls add to earlier ones and win; undefined counts as not given", async () => {
  const clock = new FakeClock();
  const cache = await new SecretManagerBuilder(memory())
    .withCache({ ttlMs: 1, jitter: false, clock })
    .withCache()
    .withCache({ ttlMs: 1_000 })
    .withCache({ ttlMs: undefined })
    .build();
  expect(cache.ttlMs).toBe(1_000);
  await cache.getSecret("team/a");
  clock.advance(999); // the clock of the first call, and no jitter
  expect(cache.peekSecret("team/a")?.version).toBe("1");
  clock.advance(1);
  expect(cache.peekSecret("team/a")).toBeUndefined();
});

test("withoutCache takes the cache back, and its options too", async () => {
  const { backend } = mapBackend();
  const without = await new SecretManagerBuilder(backend).withCache().withoutCache().build();
  expect(without.name).toBe("map");
  const again = await new SecretManagerBuilder(backend)
    .withCache({ ttlMs: 1 })
    .withoutCache()
    .withCache()
    .build();
  expect(again.ttlMs).toBe(300_000);
  const never = await new SecretManagerBuilder(backend).withoutCache().build();
  expect(never.name).toBe("map");
});

test("a change after build() does not reach a cache that is being built", async () => {
  const builder = new SecretManagerBuilder(mapBackend().backend).withCache();
  const building = builder.build();
  builder.withoutCache();
  expect((await building).name).toBe("cache(map)");
});

test("each build() makes a cache of its own", async () => {
  const builder = new SecretManagerBuilder(mapBackend().backend, { values: { a: "1" } });
  const [one, two] = await Promise.all([builder.withCache().build(), builder.withCache().build()]);
  await one.getSecret("a");
  expect([one.size, two.size]).toEqual([1, 0]);
});

test("a cache option that cannot be used closes what was made, not what was passed in", async () => {
  const { backend, made } = mapBackend();
  const mine = memory();
  const bad = { ttlMs: -1 };
  const builder = new SecretManagerBuilder(backend)
    .withFallback(mine, new SecretManagerBuilder(backend).withCache())
    .withCache(bad);
  await expect(builder.build()).rejects.toMatchObject({ code: "CONFIGURATION" });
  expect(made.map(({ isClosed }) => isClosed)).toEqual([true, true]);
  expect((await mine.getSecret("team/a")).version).toBe("1");

  const mended = await builder.withCache({ ttlMs: 1 }).build(); // the store is still to be had
  expect(mended.name).toBe("cache(fallback(map,memory,cache(map)))");
});

test("an option that throws when it is read fails build() before anything is made", async () => {
  const { backend, made } = mapBackend();
  const hostile = {
    get ttlMs(): number {
      throw new Error("canary-81kd02md");
    },
  };
  const error: unknown = await new SecretManagerBuilder(backend)
    .withCache(hostile)
    .build()
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "UNKNOWN" });
  expect(String((error as Error).stack)).not.toContain("canary");
  expect(made).toEqual([]);
});

test("closing the cache closes every store inside", async () => {
  const { backend, made } = mapBackend();
  const fallback = memory();
  const cache = await new SecretManagerBuilder(backend)
    .withFallback(fallback)
    .withCache({ cleanupIntervalMs: 60_000 })
    .build();
  await cache.close();
  expect(made[0]?.isClosed).toBe(true);
  await expect(fallback.getSecret("a")).rejects.toMatchObject({ code: "CLOSED" });
  await expect(cache.getSecret("a")).rejects.toMatchObject({ code: "CLOSED" });
});

test("a fallback's builder may have a cache of its own", async () => {
  onTestFinished(onWarning(() => {}));
  const slow = memory();
  const store = await new SecretManagerBuilder(new MemorySecretStore({ name: "first" }))
    .withFallback(new SecretManagerBuilder(slow).withCache())
    .build();
  expect(store.name).toBe("fallback(first,cache(memory))");
  await store.getSecret("team/a");
  slow.simulate("BACKEND_UNAVAILABLE");
  expect((await store.getSecret("team/a")).store).toBe("memory");
});

test("around a cache that was passed in goes another one, past which only fresh reads", async () => {
  const source = memory();
  const inner = new SecretCache(source);
  const outer = await new SecretManagerBuilder(inner).withCache().build();
  expect(outer.name).toBe("cache(cache(memory))");
  await outer.getSecret("team/a");
  await source.putSecret("team/a", "2");
  outer.invalidate("team/a");
  expect((await outer.getSecret("team/a")).version).toBe("1");
  expect((await outer.getSecret("team/a", { fresh: true })).version).toBe("2");
});

test("buildEnv caches when it is asked to", async () => {
  vi.stubEnv("BUILDER_CACHE_KEY", "1");
  onTestFinished(() => void vi.unstubAllEnvs());
  const names = async (...builds: readonly Promise<SecretStore>[]) =>
    (await Promise.all(builds)).map(({ name }) => name);
  const build = SecretManagerBuilder.buildEnv;
  expect(
    await names(build(), build("A_", {}), build("A_", { cached: false }), build({}, undefined)),
  ).toEqual(["env", "env", "env", "env"]);

  const cache = await SecretManagerBuilder.buildEnv("BUILDER_CACHE_", { cached: true });
  vi.stubEnv("BUILDER_CACHE_KEY", "2");
  await cache.getSecret("key");
  vi.stubEnv("BUILDER_CACHE_KEY", "3");
  expect((await cache.getSecret("key")).value.expose()).toBe("2");
  const short = await SecretManagerBuilder.buildEnv({ prefix: "A_" }, { cached: { ttlMs: 5 } });
  expect(short.ttlMs).toBe(5);
});
