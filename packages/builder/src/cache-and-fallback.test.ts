import { onWarning } from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { FakeClock } from "secrets-tools/fake-clock";
import { expect, onTestFinished, test } from "vitest";
import { mapBackend } from "../test/map-backend.js";
import { SecretManagerBuilder } from "./index.js";

// Version numbers of two stores say nothing about each other, and a cache sees both.

/** A store whose secret is at version 2, a fallback whose secret of that name is at `fallbackPuts`. */
async function fixture(fallbackPuts: number) {
  onTestFinished(onWarning(() => {}));
  const first = MemorySecretStore.from({ a: "old" }, { name: "first" });
  await first.putSecret("a", "first");
  const second = new MemorySecretStore({ name: "second" });
  for (let count = 1; count <= fallbackPuts; count++)
    await second.putSecret("a", `second ${count}`);
  const cache = await new SecretManagerBuilder(first)
    .withFallback(second, { on: ["NOT_FOUND", "BACKEND_UNAVAILABLE"] })
    .withCache()
    .build();
  return { first, second, cache };
}

const versions = [1, 2, 3].map((fallbackPuts) => ({ fallbackPuts }));

test.each(versions)(
  "past the cache comes what the fallback has at version $fallbackPuts, once the first store lost it",
  async ({ fallbackPuts }) => {
    const { first, cache } = await fixture(fallbackPuts);
    const refused = await cache.getSecret("a");
    expect(refused.store).toBe("first");
    await first.deleteSecret("a", { mode: "permanent" }); // by somebody else
    expect((await cache.getSecret("a", { rejected: refused })).store).toBe("second");
    expect((await cache.getSecret("a", { fresh: true })).store).toBe("second");
    expect((await cache.getSecret("a")).store).toBe("second");
  },
);

test.each(versions)(
  "past the cache comes the first store's secret again, after the fallback's version $fallbackPuts",
  async ({ fallbackPuts }) => {
    const { first, cache } = await fixture(fallbackPuts);
    first.simulate("BACKEND_UNAVAILABLE");
    expect((await cache.getSecret("a")).store).toBe("second");
    first.simulate(undefined);
    expect((await cache.getSecret("a")).store).toBe("second"); // kept as any other answer
    expect((await cache.getSecret("a", { fresh: true })).store).toBe("first");
    expect((await cache.getSecret("a")).store).toBe("first");
  },
);

test("what was written through the cache stands before what a fallback has", async () => {
  const { cache } = await fixture(3);
  const written = await cache.putSecret("a", "new");
  expect((await cache.getSecret("a")).value.equals(written.value)).toBe(true);
});

test("what a cache further in served past its time is told, and not kept", async () => {
  onTestFinished(onWarning(() => {}));
  const clock = new FakeClock();
  const source = MemorySecretStore.from({ a: "1" });
  const options = { ttlMs: 1_000, jitter: false, clock } as const;
  const inner = new SecretManagerBuilder(source).withCache({ ...options, staleIfErrorMs: 60_000 });
  const cache = await new SecretManagerBuilder(await inner.build()).withCache(options).build();
  await cache.getSecret("a");
  clock.advance(1_000);
  source.simulate("BACKEND_UNAVAILABLE");
  expect((await cache.getSecret("a")).stale).toBe(true);
  source.simulate(undefined);
  await source.putSecret("a", "2");
  clock.advance(500); // the inner cache asks again; the outer one's TTL would last another half
  expect(await cache.getSecret("a")).toMatchObject({ stale: false, version: "2" });
});

test.each([
  { versions: "versions", hasVersions: true },
  { versions: "none", hasVersions: false },
])(
  "no field of the first store is beside one of a fallback that has $versions",
  async ({ hasVersions }) => {
    onTestFinished(onWarning(() => {}));
    const values = { db: '{"user":"app","password":"example"}' };
    const first = MemorySecretStore.from(values, { name: "first" });
    const second = hasVersions
      ? MemorySecretStore.from(values, { name: "second" })
      : mapBackend().backend.create({ name: "second", values });
    const cache = await new SecretManagerBuilder(first).withFallback(second).withCache().build();
    expect((await cache.getSecret("db", { field: "user" })).store).toBe("first");
    await first.deleteSecret("db", { mode: "permanent" }); // by somebody else
    expect((await cache.getSecret("db", { field: "password" })).store).toBe("second");
    expect((await cache.getSecret("db", { field: "user" })).store).toBe("second");
  },
);
