import {
  type AuditEvent,
  BaseSecretStore,
  type GetSecretOptions,
  onAudit,
  requireSecrets,
  type Secret,
  toArray,
} from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { expect, onTestFinished, test } from "vitest";
import { KeyPrefixStore } from "./key-prefix-store.js";

const secrets = { "team/db": "one", "team/api/key": "two", "other/db": "three", team: "four" };

function fixture(prefix = "team/") {
  const inner = MemorySecretStore.from(secrets);
  const events: AuditEvent[] = [];
  onTestFinished(onAudit((event) => events.push(event)));
  return { inner, store: new KeyPrefixStore(inner, prefix), events };
}

test("secrets, descriptions and writes have the caller's key, and go below the prefix", async () => {
  const { inner, store } = fixture();
  const read = await store.getSecret("db");
  expect(read).toMatchObject({ key: "db", store: "memory", version: "1" });
  expect(Object.isFrozen(read)).toBe(true);
  expect(await store.putSecret("db", "new")).toMatchObject({ key: "db", version: "2" });
  expect(await store.describeSecret("db")).toMatchObject({ key: "db", currentVersion: "2" });
  expect(await store.getSecretVersion("db", "previous")).toMatchObject({ key: "db" });
  expect(await store.getSecretVersions("db")).toHaveLength(2);
  expect(await store.rotateSecret("db", { generate: () => "newer" })).toMatchObject({ key: "db" });
  expect((await inner.getSecret("team/db")).value.expose()).toBe("newer");
  await store.deleteSecret("db");
  await expect(inner.getSecret("team/db")).rejects.toMatchObject({ reason: "deleted" });
  await store.restoreSecret("db");
  expect((await inner.getSecret("other/db")).version).toBe("1");
});

test("an error names the caller's key, in its message too", async () => {
  const { inner, store } = fixture();
  await expect(store.getSecret("absent")).rejects.toMatchObject({
    key: "absent",
    message: expect.stringMatching(/^Secret not found: absent\./),
  });
  await expect(store.putSecret("db", "x", { expectedVersion: "9" })).rejects.toMatchObject({
    code: "CONFLICT",
    key: "db",
    message: expect.stringMatching(/^Conflict: db \(version 9 was expected/),
  });
  inner.simulate("PERMISSION_DENIED");
  await expect(store.describeSecret("db")).rejects.toMatchObject({ key: "db", store: "memory" });
});

test("getSecrets and requireSecrets speak of the caller's keys", async () => {
  const { store } = fixture();
  const found = await store.getSecrets(["absent", "api/key", "../other/db", "", "db", "db"]);
  expect([...found.secrets].map(([key, secret]) => [key, secret.key])).toEqual([
    ["api/key", "api/key"],
    ["db", "db"],
  ]);
  expect([...found.errors].map(([key, { code, key: errorKey }]) => [key, code, errorKey])).toEqual([
    ["absent", "NOT_FOUND", "absent"],
    ["../other/db", "INVALID_KEY", undefined],
    ["", "INVALID_KEY", undefined],
  ]);
  const required = requireSecrets(store, { one: "absent", two: "db" });
  await expect(required).rejects.toMatchObject({ errors: { one: { key: "absent" } } });
  await expect(required).rejects.not.toThrow("team/");
});

test.each([
  ["empty", ""],
  ["a number", 7],
  ["null", null],
  ["undefined", undefined],
  ["traversing", "../other/db"],
  ["absolute", "/db"],
  ["too long with the prefix", "x".repeat(509)],
])(
  "a key that is %s is refused before the wrapped store is asked, with one event without it",
  async (_, key) => {
    const { store, events } = fixture("team");
    await expect(store.getSecret(key as string)).rejects.toMatchObject({ code: "INVALID_KEY" });
    await expect(store.putSecret(key as string, "x")).rejects.toMatchObject({
      code: "INVALID_KEY",
    });
    expect(events.map((event) => [event.operation, event.code, event.key])).toEqual([
      ["getSecret", "INVALID_KEY", undefined],
      ["putSecret", "INVALID_KEY", undefined],
    ]);
  },
);

test("the longest key is shorter by the prefix, and that one is accepted", async () => {
  const { store } = fixture();
  expect(store.keySyntax.maxLength).toBe(507);
  const longest = "k".repeat(507);
  await store.putSecret(longest, "x");
  expect((await store.getSecret(longest)).key).toBe(longest);
});

test("a key that is good by itself, and not with the prefix, is refused with a word of the prefix", async () => {
  class Capitals extends BaseSecretStore {
    constructor() {
      const pattern = /^[A-Z]+$|^A\/[A-Z]$/;
      super({ name: "capitals", keySyntax: { pattern, maxLength: 99, description: "capitals" } });
    }
    protected override async read() {
      return { value: "example" };
    }
  }
  const store = new KeyPrefixStore(new Capitals(), "A/");
  expect((await store.getSecret("B")).key).toBe("B");
  const message = /another form, with the key prefix before it.*, or change the key prefix/;
  await expect(store.getSecret("BC")).rejects.toThrow(message);
  const { errors } = await store.getSecrets(["BC", "b c"]);
  expect(errors.get("BC")?.message).toMatch(message);
  expect(errors.get("b c")?.message).not.toMatch(/prefix/);
});

test("a list holds the keys below the prefix, as the caller knows them", async () => {
  const { store } = fixture();
  expect(await toArray(store.listSecrets())).toEqual(["api/key", "db"]);
  expect(await toArray(store.listSecrets("api/"))).toEqual(["api/key"]);
  expect(await toArray(store.listSecrets("other/"))).toEqual([]);
});

test("a list leaves out what the store could not read", async () => {
  const { store } = fixture("tea");
  expect(await toArray(store.listSecrets())).toEqual(["m", "m/api/key", "m/db"]);
  const { store: whole } = fixture("team");
  expect(await toArray(whole.listSecrets())).toEqual([]); // "", "/db" and "/api/key" are no keys
});

test("a bad list prefix rejects at the first next, with one event", async () => {
  const { store, events } = fixture();
  for (const prefix of ["../", "/", 7]) {
    const list = store.listSecrets(prefix as string)[Symbol.asyncIterator]();
    await expect(list.next()).rejects.toMatchObject({ code: "INVALID_KEY" });
  }
  expect(events.map(({ operation, code }) => [operation, code])).toEqual(
    Array.from({ length: 3 }, () => ["listSecrets", "INVALID_KEY"]),
  );
});

test("audit events come from the wrapped store, one a call, with the whole key", async () => {
  const { store, events } = fixture();
  await store.getSecret("db");
  await store.getSecrets(["db", "bad//key"]);
  expect(events.map(({ operation, key, keys }) => [operation, key ?? keys])).toEqual([
    ["getSecret", "team/db"],
    ["getSecrets", ["team/db"]],
  ]);
});

test("a refused secret reaches the wrapped store under its whole key", async () => {
  const seen: (GetSecretOptions | undefined)[] = [];
  class Recorder extends MemorySecretStore {
    override getSecret(key: string, options?: GetSecretOptions): Promise<Secret> {
      seen.push(options);
      return super.getSecret(key, options);
    }
  }
  const inner = new Recorder();
  await inner.putSecret("team/db", '{"user":"u"}');
  const store = new KeyPrefixStore(inner, "team/");
  const rejected = await store.getSecret("db");
  await store.getSecret("db", { rejected, fresh: true, field: "user" });
  expect(seen.at(-1)).toMatchObject({ fresh: true, field: "user", rejected: { key: "team/db" } });
  expect(seen.at(-1)?.rejected?.value).toBe(rejected.value);
  await expect(store.getSecret("db", { rejected: "x" as never })).rejects.toMatchObject({
    code: "CONFIGURATION",
  });
});

test("cancelling rejects with the signal's own reason", async () => {
  const { store } = fixture();
  const reason = new Error("enough");
  const signal = AbortSignal.abort(reason);
  await expect(store.getSecret("db", { signal })).rejects.toBe(reason);
  await expect(store.getSecrets(["db"], { signal })).rejects.toBe(reason);
});

test("a store that lists keys outside the prefix shows none of them", async () => {
  class Sloppy extends BaseSecretStore {
    constructor() {
      super({ name: "sloppy", capabilities: { list: true } });
    }
    protected override async read() {
      return undefined;
    }
    protected override async *list() {
      yield* ["elsewhere/db", "team/db"];
    }
  }
  const store = new KeyPrefixStore(new Sloppy(), "team/");
  expect(await toArray(store.listSecrets())).toEqual(["db"]);
});
