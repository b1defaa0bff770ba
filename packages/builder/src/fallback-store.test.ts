import {
  type AuditEvent,
  BaseSecretStore,
  onAudit,
  onWarning,
  type SecretWarning,
  toArray,
} from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { expect, onTestFinished, test, vi } from "vitest";
import { FallbackStore } from "./fallback-store.js";

function fixture(...on: ConstructorParameters<typeof FallbackStore>[2] & string[]) {
  const first = MemorySecretStore.from({ both: "first", one: "1" }, { name: "vault" });
  const second = MemorySecretStore.from({ both: "second", two: "2" }, { name: "env" });
  const third = MemorySecretStore.from({ three: "3" }, { name: "file" });
  const warnings: SecretWarning[] = [];
  const events: AuditEvent[] = [];
  onTestFinished(onWarning((warning) => warnings.push(warning)));
  onTestFinished(onAudit((event) => events.push(event)));
  const store = new FallbackStore(first, [second, third], on.length > 0 ? on : undefined);
  return { first, second, third, store, warnings, events };
}

/** Reads the one key that its syntax allows. */
class NarrowStore extends BaseSecretStore {
  constructor() {
    const keySyntax = { pattern: /^narrow$/, maxLength: 6, description: '"narrow"' };
    super({ name: "narrow", keySyntax, capabilities: { list: true } });
  }
  protected override async read() {
    return { value: "n" };
  }
  protected override async *list() {
    yield "narrow";
  }
}

test("what the first store does not have comes from the next, and secret.store says from which", async () => {
  const { store } = fixture();
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
  const { first, store, warnings } = fixture("NOT_FOUND", "BACKEND_UNAVAILABLE");
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
  const { first, store } = fixture();
  first.simulate(code);
  await expect(store.getSecret("both")).rejects.toMatchObject({ code, store: "vault" });
  expect((await store.getSecrets(["both"])).errors.get("both")).toMatchObject({ code });

  const asked = fixture(code);
  asked.first.simulate(code);
  expect((await asked.store.getSecret("both")).store).toBe("env");
  expect((await asked.store.getSecrets(["both"])).secrets.get("both")?.store).toBe("env");
  asked.first.simulate(undefined);
  await expect(asked.store.getSecret("two")).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("a key that nobody has is NOT_FOUND, and the error says what each store said", async () => {
  const { store } = fixture();
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
  const { first, second, store } = fixture("NOT_FOUND", "BACKEND_UNAVAILABLE");
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
  const { first, second, store } = fixture();
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
  const { first, second, store } = fixture();
  const reads = [first, second].map((each) => vi.spyOn(each, "getSecret"));
  const rejected = await first.getSecret("one");
  const options = { fresh: true, rejected, signal: new AbortController().signal };
  await store.getSecret("two", options);
  for (const read of reads) expect(read).toHaveBeenLastCalledWith("two", options);
});

test("a cancelled read asks nobody else, and rejects with the reason", async () => {
  const { second, store } = fixture();
  const read = vi.spyOn(second, "getSecret");
  const reason = new Error("enough");
  await expect(store.getSecret("two", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  expect(read).not.toHaveBeenCalled();
});

test("getSecrets asks a fallback only for what fell through, and keeps the order", async () => {
  const { second, third, store } = fixture();
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

test("writes, versions and deletions are the first store's alone", async () => {
  const { first, second, store } = fixture();
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
  const { first, second, store } = fixture();
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
  const { store } = fixture();
  expect(await store.describeSecret("two")).toMatchObject({ key: "two", currentVersion: "1" });
  const mute = new FallbackStore(new MemorySecretStore(), [new NarrowStore()]);
  await expect(mute.describeSecret("narrow")).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("a list holds every key once, of all stores", async () => {
  const { store } = fixture();
  expect(await toArray(store.listSecrets())).toEqual(["both", "one", "two", "three"]);
  expect(await toArray(store.listSecrets("t"))).toEqual(["two", "three"]);
});

test("a list that cannot be complete is refused: a store is down, or one cannot list", async () => {
  const { second, store, events } = fixture("NOT_FOUND", "BACKEND_UNAVAILABLE");
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
  const { store, events } = fixture();
  await store.getSecret("two");
  expect(events.map(({ store, outcome, code }) => [store, outcome, code])).toEqual([
    ["vault", "failure", "NOT_FOUND"],
    ["env", "success", undefined],
  ]);
});

test("health is whether the next read would work", async () => {
  const { first, second, store } = fixture("NOT_FOUND", "BACKEND_UNAVAILABLE");
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

  const plain = fixture();
  for (const each of [plain.first, plain.second, plain.third]) each.simulate("THROTTLED");
  expect(await plain.store.healthCheck()).toMatchObject({ ok: false, state: "throttled" });
});

test("closing closes every store, also when one of them fails to, and says so", async () => {
  const { first, second, third, store } = fixture();
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
