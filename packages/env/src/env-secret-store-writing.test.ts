import { join } from "node:path";
import { secretValue } from "@llm-orchestrator/secrets-core";
import { afterEach, describe, expect, test } from "vitest";
import { failure, folderOf, keysOf, storeOf, textOf } from "../test/support.js";
import { EnvSecretStore } from "./index.js";

const permanent = { mode: "permanent" } as const;

test("a store is read-only unless it is writable, and declares exactly what it can", async () => {
  const environment = { X: "x" };
  const store = storeOf(environment);
  expect(store.capabilities).toEqual({ list: true, write: false, delete: false });
  await failure(() => store.putSecret("x", "y"), "NOT_SUPPORTED", "write");
  await failure(() => store.deleteSecret("x", permanent), "NOT_SUPPORTED", "delete");
  expect(environment).toEqual({ X: "x" });
  const writable = storeOf(environment, { writable: true });
  expect(writable.capabilities).toEqual({ list: true, write: true, delete: true });
});

test("what neither kind can do is NOT_SUPPORTED, and changes nothing", async () => {
  const environment = { X: '{"a":"b"}' };
  const store = storeOf(environment, { writable: true });
  const calls = [
    () => store.deleteSecret("x"),
    () => store.restoreSecret("x"),
    () => store.describeSecret("x"),
    () => store.rotateSecret("x"),
    () => store.getSecretVersions("x"),
    () => store.getSecretVersion("x", "previous"),
    () => store.putSecret("x", "y", { field: "a" }),
    () => store.putSecret("x", "y", { expectedVersion: null }),
    () => store.putSecret("x", "y", { tags: {} }),
    () => store.putSecret("x", new Uint8Array([0xff])),
  ];
  for (const call of calls) await failure(call, "NOT_SUPPORTED");
  expect(environment).toEqual({ X: '{"a":"b"}' });
});

describe("a writable store", () => {
  afterEach(() => {
    delete process.env.SECRETS_ENV_WRITTEN;
  });

  test("puts into and deletes from process.env", async () => {
    const store = new EnvSecretStore({ prefix: "SECRETS_ENV_", writable: true });
    const secret = await store.putSecret("written", "naïve");
    expect([secret.key, secret.value.expose()]).toEqual(["written", "naïve"]);
    expect(process.env.SECRETS_ENV_WRITTEN).toBe("naïve");
    await store.deleteSecret("written", permanent);
    expect("SECRETS_ENV_WRITTEN" in process.env).toBe(false);
    await store.deleteSecret("written", permanent);
  });

  test("puts into an injected environment only", async () => {
    const environment: Record<string, string> = {};
    const store = storeOf(environment, { writable: true });
    await store.putSecret("secrets/env_written", secretValue("x"));
    expect(environment).toEqual({ SECRETS_ENV_WRITTEN: "x" });
    expect(process.env.SECRETS_ENV_WRITTEN).toBeUndefined();
    expect(await textOf(store, "secrets/env_written")).toBe("x");
  });

  test("never reaches a prototype", async () => {
    const environment: Record<string, string> = {};
    const store = storeOf(environment, { writable: true, prefix: "__proto_" });
    await store.putSecret("_", "x");
    expect(Object.getOwnPropertyNames(environment)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(environment)).toBe(Object.prototype);
    expect(await textOf(store, "_")).toBe("x");
    await store.deleteSecret("_", permanent);
    expect(Object.getOwnPropertyNames(environment)).toEqual([]);
  });

  test("refuses values that a variable cannot carry", async () => {
    const environment = {};
    const store = storeOf(environment, { writable: true });
    await failure(() => store.putSecret("x", "a\0b"), "INVALID_SECRET", "not-text");
    await failure(() => store.putSecret("x", ""), "INVALID_SECRET", "empty");
    await failure(() => store.putSecret("x", "é".repeat(32_769)), "INVALID_SECRET", "too-large");
    expect(environment).toEqual({});
    await store.putSecret("x", "é".repeat(32_768));
  });

  test("refuses a put that would leave the variable and NAME_FILE both set", async () => {
    const environment = { X_FILE: "/x" };
    const store = storeOf(environment, { writable: true });
    await failure(() => store.putSecret("x", "y"), "CONFIGURATION", "set-twice");
    expect(environment).toEqual({ X_FILE: "/x" });
  });

  test("refuses a key whose variable would say where another key is read", async () => {
    const environment = { X_FILE: "/x" };
    const store = storeOf(environment, { writable: true });
    await failure(() => store.putSecret("x/file", "/etc/passwd"), "INVALID_KEY", "file-variable");
    await failure(() => store.deleteSecret("x/file", permanent), "INVALID_KEY", "file-variable");
    expect(environment).toEqual({ X_FILE: "/x" });
    await storeOf({}, { writable: true, prefix: "APP_" }).putSecret("file", "names no file");
  });

  test("refuses a delete that would leave the secret readable from a file", async () => {
    const folder = folderOf({ "s/x": "folder", ".env": "Y=.env\nEMPTY=" });
    const environment = { X: "x", Y: "y", Z_FILE: "/z", EMPTY: "e", ALONE: "a" };
    const files = { dotenv: join(folder, ".env"), folder: join(folder, "s") };
    const store = storeOf(environment, { writable: true, ...files });
    for (const key of ["x", "y", "z"]) {
      const call = () => store.deleteSecret(key, permanent);
      await failure(call, "NOT_SUPPORTED", "read-only-source");
    }
    expect(environment).toEqual({ X: "x", Y: "y", Z_FILE: "/z", EMPTY: "e", ALONE: "a" });
    await store.deleteSecret("alone", permanent);
    await store.deleteSecret("empty", permanent);
    expect(environment).toEqual({ X: "x", Y: "y", Z_FILE: "/z" });
  });

  test("does not call deleted what it could not look for", async () => {
    const environment = { X: "x" };
    const store = storeOf(environment, { writable: true, folder: `${folderOf()}-none` });
    await failure(() => store.deleteSecret("x", permanent), "CONFIGURATION", "missing-file");
    expect(environment).toEqual({ X: "x" });
  });

  test("says so when the environment lets itself not be changed", async () => {
    const environment = Object.defineProperty({}, "X", { value: "x" });
    const store = storeOf(environment as Record<string, string>, { writable: true });
    await failure(() => store.putSecret("x", "y"), "CONFIGURATION", "fixed-variable");
    await failure(() => store.deleteSecret("x", permanent), "CONFIGURATION", "fixed-variable");
  });
});

describe("listSecrets", () => {
  const database = { DATABASE_PASSWORD: "p", DATABASE_URL: "u", DATABASES: "d", OTHER: "o" };

  test("gives the prefix and the lower-cased rest of each variable that starts with it", async () => {
    const store = storeOf(database);
    expect(store.capabilities.list).toBe(true);
    expect(await keysOf(store, "database/")).toEqual(["database/password", "database/url"]);
    expect(await keysOf(store, "database")).toEqual([
      "databases",
      "database_password",
      "database_url",
    ]);
    expect(await keysOf(store, "Data-Base/")).toEqual([]);
  });

  test("starts at the store's prefix", async () => {
    const store = storeOf(
      { APP_DB_URL: "u", APP_: "x", DB_URL: "o", app_DB_X: "o" },
      { prefix: "APP_" },
    );
    expect(await keysOf(store)).toEqual(["db_url"]);
    expect(await keysOf(store, "db/")).toEqual(["db/url"]);
  });

  test("with neither prefix it is CONFIGURATION and says what it would list", async () => {
    const error = await failure(() => keysOf(storeOf(database)), "CONFIGURATION", "unbounded-list");
    expect(error.message).toContain("would list PATH, HOME");
  });

  test("every listed key can be read, and what no key maps to is not listed", async () => {
    const path = join(folderOf({ f: "from a file" }), "f");
    const store = storeOf({
      ...{ A_X: "x", A_EMPTY: "", A_P_FILE: path, A_NONE_FILE: "", A_lower: "l" },
      ...{ "A_DOT.TED": "d", A_UNSET: undefined, A__: "underscore" },
    });
    const keys = await keysOf(store, "a/");
    expect(keys).toEqual(["a/p", "a/x", "a/_"]);
    expect((await store.getSecrets(keys)).errors.size).toBe(0);
    expect(await keysOf(storeOf({ [`A_${"B".repeat(600)}`]: "too long" }), "a/")).toEqual([]);
  });

  test("a variable that names a file is listed as the key whose value it holds", async () => {
    expect(await keysOf(storeOf({ A_B_FILE: "/f", A_FILE: "/f" }), "a/")).toEqual(["a/b"]);
    expect(await keysOf(storeOf({ APP_FILE: "x" }, { prefix: "APP_" }))).toEqual(["file"]);
  });

  test("it has what .env files and the folder hold, once, unless an empty one hides it", async () => {
    const folder = folderOf({
      "s/a_b": "x",
      "s/a/c": "x",
      "s/A_HID": "x",
      ".env": "A_B=1\nA_D=1\nA_HID=",
    });
    const files = { dotenv: join(folder, ".env"), folder: join(folder, "s") };
    expect(await keysOf(storeOf({ A_B: "1" }, files), "a/")).toEqual(["a/b", "a/c", "a/d"]);
    expect(await keysOf(storeOf({ A_D: "" }, files), "a/")).toEqual(["a/b", "a/c"]);
  });

  test("of two .env files the first decides whether a variable is empty", async () => {
    const folder = folderOf({ one: "A_B=1\nA_C=", two: "A_B=\nA_C=2" });
    const store = storeOf({}, { dotenv: [join(folder, "one"), join(folder, "two")] });
    expect(await keysOf(store, "a/")).toEqual(["a/b"]);
  });

  test("a list of files that cannot be read fails, and is not short", async () => {
    const store = storeOf({ A_B: "1" }, { dotenv: `${folderOf()}/.env` });
    await failure(() => keysOf(store, "a/"), "CONFIGURATION", "missing-file");
  });
});
