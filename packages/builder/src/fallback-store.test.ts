import { onWarning, toArray } from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { expect, onTestFinished, test, vi } from "vitest";
import { fallbackFixture, NarrowStore } from "../test/fallback-fixture.js";
import { FallbackStore } from "./fallback-store.js";

test("what the first store does not have comes from the next, and secret.store says from which", async () => {
  const { store } = fallbackFixture();
  expect(store.name).toBe("fallback(vault,env,file)");
  const read = async (key: string) => {
    const { value, store: name } = await store.getSecret(key);
    return [value.expose(), name];
  };
  expect(await read("both")).toEqual(["first", "vault"]);
  expect(await read("two")).toEqual(["2", "env"]);
  expect(await read("three")).toEqual(["3", "file"]);
});

test("a fallback that answers is warned of once for each store and reason", async () => {
  const { first, store, warnings } = fallbackFixture("NOT_FOUND", "BACKEND_UNAVAILABLE");
  await store.getSecret("both");
  expect(warnings).toEqual([]);
  await store.getSecret("two");
  await store.getSecret("two");
  await store.getSecrets(["two"]);
  expect(warnings).toEqual([
    {
      ...{ code: "FALLBACK_USED", store: "env", key: "two" },
      message: expect.stringContaining("env answered for vault, which said NOT_FOUND"),
    },
  ]);
  first.simulate("BACKEND_UNAVAILABLE");
  await store.getSecret("both");
  await store.getSecret("three");
  expect(warnings.slice(1).map(({ store, key }) => [store, key])).toEqual([
    ["env", "both"],
    ["file", "three"],
  ]);
});

test.each([
  "PERMISSION_DENIED",
  "AUTHENTICATION_FAILED",
  "BACKEND_UNAVAILABLE",
  "THROTTLED",
] as const)("%s falls through only when asked", async (code) => {
  const { first, store } = fallbackFixture();
  first.simulate(code);
  await expect(store.getSecret("both")).rejects.toMatchObject({ code, store: "vault" });
  expect((await store.getSecrets(["both"])).errors.get("both")).toMatchObject({ code });

  const asked = fallbackFixture(code);
  asked.first.simulate(code);
  expect((await asked.store.getSecret("both")).store).toBe("env");
  expect((await asked.store.getSecrets(["both"])).secrets.get("both")?.store).toBe("env");
  asked.first.simulate(undefined);
  await expect(asked.store.getSecret("two")).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("a key that nobody has is NOT_FOUND, and the error says what each store said", async () => {
  const { store } = fallbackFixture();
  const error = await store.getSecret("absent").catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    ...{ code: "NOT_FOUND", key: "absent", reason: "absent", store: "fallback(vault,env,file)" },
    errors: { vault: { store: "vault" }, env: { store: "env" }, file: { store: "file" } },
    message: expect.stringMatching(
      /^Secret not found: absent \(vault: absent; env: absent; file: absent\)\. Check/,
    ),
  });
});

test("stores of one name keep an error each", async () => {
  const store = new FallbackStore(new MemorySecretStore(), [new MemorySecretStore()]);
  await expect(store.getSecret("absent")).rejects.toMatchObject({
    errors: { memory: { code: "NOT_FOUND" }, "memory#2": { code: "NOT_FOUND" } },
  });
});

test("unknown is never not found: a store that could not be asked gives its code", async () => {
  const { first, second, store } = fallbackFixture("NOT_FOUND", "BACKEND_UNAVAILABLE");
  first.simulate("BACKEND_UNAVAILABLE");
  await expect(store.getSecret("absent")).rejects.toMatchObject({
    ...{ code: "BACKEND_UNAVAILABLE", retryable: true, key: "absent" },
    errors: { vault: { code: "BACKEND_UNAVAILABLE" }, env: { code: "NOT_FOUND" } },
  });
  const { errors } = await store.getSecrets(["absent"]);
  expect(errors.get("absent")).toMatchObject({ code: "BACKEND_UNAVAILABLE" });

  first.simulate(undefined);
  second.simulate("BACKEND_UNAVAILABLE");
  await expect(store.getSecret("absent")).rejects.toMatchObject({
    ...{ code: "BACKEND_UNAVAILABLE", retryable: true },
  });
  second.simulate("PERMISSION_DENIED");
  const denied = { code: "PERMISSION_DENIED", store: "env" };
  await expect(store.getSecret("three")).rejects.toMatchObject(denied);
  const { secrets, errors: others } = await store.getSecrets(["three"]);
  expect([secrets.size, others.get("three")]).toEqual([0, expect.objectContaining(denied)]);
});

test("a missing field is INVALID_SECRET and does not fall through", async () => {
  const { first, second, store } = fallbackFixture();
  await first.putSecret("db", '{"user":"u"}');
  await second.putSecret("db", '{"password":"p"}');
  await expect(store.getSecret("db", { field: "password" })).rejects.toMatchObject({
    ...{ code: "INVALID_SECRET", reason: "missing-field", store: "vault" },
  });
  await second.putSecret("only", '{"password":"p"}');
  const found = await store.getSecret("only", { field: "password" });
  expect([found.value.expose(), found.store]).toEqual(["p", "env"]);
});

test("options reach each store that is asked", async () => {
  const { first, second, store } = fallbackFixture();
  const reads = [first, second].map((each) => vi.spyOn(each, "getSecret"));
  const rejected = await first.getSecret("one");
  const options = { fresh: true, rejected, signal: new AbortController().signal };
  await store.getSecret("two", options);
  for (const read of reads) expect(read).toHaveBeenLastCalledWith("two", options);
});

test("a cancelled read asks nobody else, and rejects with the reason", async () => {
  const { second, store } = fallbackFixture();
  const read = vi.spyOn(second, "getSecret");
  const reason = new Error("enough");
  await expect(store.getSecret("two", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  expect(read).not.toHaveBeenCalled();
});

test("getSecrets asks a fallback only for what fell through, and keeps the order", async () => {
  const { second, third, store } = fallbackFixture();
  const asked = [second, third].map((each) => vi.spyOn(each, "getSecrets"));
  const found = await store.getSecrets(["three", "absent", "two", "both", "bad//key", "two"]);
  expect([...found.secrets].map(([key, secret]) => [key, secret.store])).toEqual([
    ["three", "file"],
    ["two", "env"],
    ["both", "vault"],
  ]);
  expect([...found.errors].map(([key, { code }]) => [key, code])).toEqual([
    ["absent", "NOT_FOUND"],
    ["bad//key", "INVALID_KEY"],
  ]);
  expect(asked[0]?.mock.lastCall?.[0]).toEqual(["three", "absent", "two"]);
  expect(asked[1]?.mock.lastCall?.[0]).toEqual(["three", "absent"]);
  await store.getSecrets(["one"]);
  expect(asked[0]).toHaveBeenCalledTimes(1);
});

test("a fallback that does not accept the key does not have it", async () => {
  onTestFinished(onWarning(() => {}));
  const store = new FallbackStore(new MemorySecretStore(), [new NarrowStore()]);
  await expect(store.getSecret("wide")).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect((await store.getSecrets(["wide"])).errors.get("wide")?.code).toBe("NOT_FOUND");
  expect(await toArray(store.listSecrets("wide"))).toEqual([]);
  expect((await store.getSecret("narrow")).store).toBe("narrow");
});

test("a key that the first store does not accept is INVALID_KEY, whatever the others accept", async () => {
  const store = new FallbackStore(new NarrowStore(), [MemorySecretStore.from({ wide: "w" })]);
  await expect(store.getSecret("wide")).rejects.toMatchObject({ code: "INVALID_KEY" });
  expect(await toArray(store.listSecrets())).toEqual(["narrow"]);
});
