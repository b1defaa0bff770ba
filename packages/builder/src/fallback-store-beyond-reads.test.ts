import { BaseSecretStore, toArray } from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { expect, test, vi } from "vitest";
import { fallbackFixture, NarrowStore } from "../test/fallback-fixture.js";
import { FallbackStore } from "./fallback-store.js";

test("writes, versions and deletions are the first store's alone", async () => {
  const { first, second, store } = fallbackFixture();
  expect((await store.putSecret("two", "new")).store).toBe("vault");
  expect((await store.getSecret("two")).value.expose()).toBe("new");
  expect(await second.getSecretVersions("two")).toHaveLength(1);
  await store.deleteSecret("two");
  expect((await second.getSecret("two")).value.expose()).toBe("2");
  for (const call of [
    store.getSecretVersion("three", "1"),
    store.getSecretVersion("one", "previous"),
    store.getSecretVersions("three"),
    store.rotateSecret("three", { generate: () => "x" }),
    store.restoreSecret("three"),
  ]) {
    await expect(call).rejects.toMatchObject({ code: "NOT_FOUND", store: "vault" });
  }
  expect((await first.getSecret("one")).version).toBe("1");
});

test("a field is not put in front of a whole secret of a fallback", async () => {
  const { first, second, store } = fallbackFixture();
  await second.putSecret("db", '{"user":"u","password":"p"}');
  await expect(store.putSecret("db", "new", { field: "password" })).rejects.toMatchObject({
    ...{ code: "NOT_SUPPORTED", reason: "field-in-fallback", key: "db" },
    message: expect.stringContaining("only the fallback store env holds"),
  });
  await expect(first.getSecret("db")).rejects.toMatchObject({ code: "NOT_FOUND" });

  await store.putSecret("db", '{"user":"u"}');
  await store.putSecret("db", "new", { field: "password" });
  const { value } = await store.getSecret("db");
  expect(value.exposeJson()).toEqual({ user: "u", password: "new" });
  await store.putSecret("fresh", "v", { field: "f" });
  expect((await store.getSecret("fresh")).store).toBe("vault");
});

test("a description comes from the store that has the secret, if it can describe", async () => {
  const { store } = fallbackFixture();
  expect(await store.describeSecret("two")).toMatchObject({ key: "two", currentVersion: "1" });
  const mute = new FallbackStore(new MemorySecretStore(), [new NarrowStore()]);
  await expect(mute.describeSecret("narrow")).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("a list holds every key once, of all stores", async () => {
  const { store } = fallbackFixture();
  expect(await toArray(store.listSecrets())).toEqual(["both", "one", "two", "three"]);
  expect(await toArray(store.listSecrets("t"))).toEqual(["two", "three"]);
});

test("a list that cannot be complete is refused: a store is down, or one cannot list", async () => {
  const { second, store, events } = fallbackFixture("NOT_FOUND", "BACKEND_UNAVAILABLE");
  second.simulate("BACKEND_UNAVAILABLE");
  await expect(toArray(store.listSecrets())).rejects.toMatchObject({ store: "env" });

  class Unlisted extends BaseSecretStore {
    protected override async read() {
      return undefined;
    }
  }
  const partial = new FallbackStore(new MemorySecretStore(), [new Unlisted({ name: "unlisted" })]);
  expect(partial.capabilities).toMatchObject({ list: false, write: true, describe: true });
  events.length = 0;
  await expect(toArray(partial.listSecrets())).rejects.toMatchObject({
    ...{ code: "NOT_SUPPORTED", reason: "list" },
  });
  expect(events.map(({ operation, code }) => [operation, code])).toEqual([
    ["listSecrets", "NOT_SUPPORTED"],
  ]);
});

test("each store that is asked publishes its own event", async () => {
  const { store, events } = fallbackFixture();
  await store.getSecret("two");
  expect(events.map(({ store, outcome, code }) => [store, outcome, code])).toEqual([
    ["vault", "failure", "NOT_FOUND"],
    ["env", "success", undefined],
  ]);
});

test("health is whether the next read would work", async () => {
  const { first, second, store } = fallbackFixture("NOT_FOUND", "BACKEND_UNAVAILABLE");
  expect(await store.healthCheck()).toMatchObject({ ok: true, state: "ready" });
  second.simulate("PERMISSION_DENIED");
  expect(await store.healthCheck()).toMatchObject({
    ...{ ok: true, state: "degraded", error: { code: "PERMISSION_DENIED" } },
  });
  second.simulate(undefined);
  first.simulate("BACKEND_UNAVAILABLE");
  expect(await store.healthCheck()).toMatchObject({
    ...{ ok: true, state: "degraded", error: { code: "BACKEND_UNAVAILABLE" } },
  });
  first.simulate("PERMISSION_DENIED");
  expect(await store.healthCheck()).toMatchObject({ ok: false, state: "denied" });

  const plain = fallbackFixture();
  for (const each of [plain.first, plain.second, plain.third]) each.simulate("THROTTLED");
  expect(await plain.store.healthCheck()).toMatchObject({ ok: false, state: "throttled" });
});

test("closing closes every store, also when one of them fails to, and says so", async () => {
  const { first, second, third, store } = fallbackFixture();
  vi.spyOn(first, "close").mockImplementation(() => {
    throw new Error("socket hang up with canary-81hQ");
  });
  await expect(store.close()).rejects.toMatchObject({ code: "UNKNOWN", store: "vault" });
  for (const each of [second, third]) {
    await expect(each.getSecret("two")).rejects.toMatchObject({ code: "CLOSED" });
  }
});

test("what is no store is refused as a fallback", () => {
  for (const bad of [undefined, {}, { specificationVersion: 2, getSecret: () => {} }]) {
    expect(() => new FallbackStore(new MemorySecretStore(), [bad as never])).toThrow(
      expect.objectContaining({ code: "CONFIGURATION" }),
    );
  }
});
