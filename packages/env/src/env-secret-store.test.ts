import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { requireSecrets } from "@llm-orchestrator/secrets-core";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { failure, folderOf, storeOf, textOf } from "../test/support.js";
import { EnvSecretStore } from "./index.js";

describe("mapping", () => {
  test("a key is its variable: upper-cased, everything else than A-Z and 0-9 a _", async () => {
    expect(await textOf(storeOf({ OPENAI_API_KEY: "sk-1" }), "openai/api_key")).toBe("sk-1");
    const odd = storeOf({ A_B_C_D_E_F_G_9: "x" });
    expect(await textOf(odd, "a/b.c-d+e=f@g_9")).toBe("x");
  });

  test("the prefix goes before it as it is given", async () => {
    expect(await textOf(storeOf({ APP_DB_PASSWORD: "x" }, { prefix: "APP_" }), "db/password")).toBe(
      "x",
    );
    expect(await textOf(storeOf({ appDB: "x" }, { prefix: "app" }), "db")).toBe("x");
  });

  test("a value is what the variable holds, newline, blanks, unicode and all", async () => {
    const value = " a=b\n日本 \u{1f511}\r\n";
    expect(await textOf(storeOf({ X: value }), "x")).toBe(value);
  });

  test("a field of a variable that holds JSON is read by name", async () => {
    const store = storeOf({ OPENAI: '{"api_key":"sk-1","n":1}' });
    expect((await store.getSecret("openai", { field: "api_key" })).value.expose()).toBe("sk-1");
    expect((await store.getSecret("openai", { field: "n" })).value.expose()).toBe("1");
    const missing = () => store.getSecret("openai", { field: "other" });
    await failure(missing, "INVALID_SECRET", "missing-field");
  });

  test("the secret says who answered, and claims no version or date that it cannot know", async () => {
    const secret = await storeOf({ X: "x" }).getSecret("x");
    expect(Object.keys(secret).sort()).toEqual(["key", "labels", "stale", "store", "value"]);
    expect(secret).toMatchObject({ key: "x", store: "env", stale: false });
    expect((await storeOf({ X: "x" }, { name: "mine" }).getSecret("x")).store).toBe("mine");
  });
});

describe("process.env", () => {
  const original = process.env;
  afterEach(() => {
    process.env = original;
    delete process.env.SECRETS_ENV_TEST;
  });

  test("is read at each call, so that a changed and a removed variable are seen", async () => {
    const store = EnvSecretStore.fromEnv();
    process.env.SECRETS_ENV_TEST = "one";
    expect(await textOf(store, "secrets/env_test")).toBe("one");
    process.env.SECRETS_ENV_TEST = "two";
    expect(await textOf(store, "secrets/env_test")).toBe("two");
    delete process.env.SECRETS_ENV_TEST;
    await failure(() => store.getSecret("secrets/env_test"), "NOT_FOUND", "absent");
  });

  test("is seen also when a test has put another object in its place", async () => {
    const store = new EnvSecretStore();
    process.env = { SECRETS_ENV_TEST: "replaced" };
    expect(await textOf(store, "secrets/env_test")).toBe("replaced");
  });

  test("is not looked at when an environment is injected", async () => {
    process.env.SECRETS_ENV_TEST = "one";
    await failure(() => storeOf({}).getSecret("secrets/env_test"), "NOT_FOUND");
  });
});

describe("absent", () => {
  test("NOT_FOUND names the variable that was looked for, with the prefix", async () => {
    const store = storeOf({}, { prefix: "APP_" });
    const error = await failure(() => store.getSecret("db/password"), "NOT_FOUND", "absent");
    expect(error.message).toBe(
      "Secret not found: db/password (the variable APP_DB_PASSWORD is not set). Set " +
        "APP_DB_PASSWORD, or APP_DB_PASSWORD_FILE to the path of a file, or check the prefix.",
    );
    expect(error).toMatchObject({ key: "db/password", store: "env", retryable: false });
  });

  test("it says so where files were asked too", async () => {
    const store = storeOf({}, { folder: folderOf() });
    const error = await failure(() => store.getSecret("x"), "NOT_FOUND", "absent");
    expect(error.message).toContain("X is not set, and no .env file and no file of the folder");
  });

  test("a set but empty variable is NOT_FOUND, says so, and hides what files hold", async () => {
    const folder = folderOf({ x: "from the folder", ".env": "X=from .env" });
    const store = storeOf({ X: "" }, { folder, dotenv: join(folder, ".env") });
    const error = await failure(() => store.getSecret("x"), "NOT_FOUND", "absent");
    expect(error.message).toContain("X is set but empty");
  });

  test("a variable whose value is undefined is not set", async () => {
    const store = storeOf({ X: undefined, X_FILE: undefined });
    const error = await failure(() => store.getSecret("x"), "NOT_FOUND");
    expect(error.message).toContain("X is not set");
  });

  test("what every object inherits is no secret", async () => {
    for (const key of ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"]) {
      await failure(() => storeOf({}).getSecret(key), "NOT_FOUND");
    }
    const inherits = Object.create({ X: "inherited", Y_FILE: "/inherited" }) as Record<
      string,
      string
    >;
    await failure(() => storeOf(inherits).getSecret("x"), "NOT_FOUND");
    await failure(() => storeOf(inherits).getSecret("y"), "NOT_FOUND");
    await failure(() => storeOf({}, { prefix: "__proto_" }).getSecret("_"), "NOT_FOUND");
    inherits.X = "own";
    expect(await textOf(storeOf(inherits), "x")).toBe("own");
  });

  test("an injected value that is not text is INVALID_SECRET", async () => {
    const environment = { X: 5, Y_FILE: 5 } as unknown as Record<string, string>;
    await failure(() => storeOf(environment).getSecret("x"), "INVALID_SECRET", "wrong-type");
    await failure(() => storeOf(environment).getSecret("y"), "INVALID_SECRET", "wrong-type");
  });
});

describe("NAME_FILE", () => {
  test("names the file, which is read again when it changes", async () => {
    const path = join(folderOf({ key: "one\n" }), "key");
    const store = storeOf({ OPENAI_API_KEY_FILE: path });
    expect(await textOf(store, "openai/api_key")).toBe("one");
    writeFileSync(path, "two\n");
    expect(await textOf(store, "openai/api_key")).toBe("two");
  });

  test("and the variable both set is CONFIGURATION, whatever they hold", async () => {
    for (const [value, path] of [
      ["canary-value", "/canary"],
      ["", "/canary"],
      ["canary-value", ""],
    ]) {
      const store = storeOf({ X: value, X_FILE: path });
      const error = await failure(() => store.getSecret("x"), "CONFIGURATION", "set-twice");
      expect(error.message).toContain("X and X_FILE are both set");
      expect(inspect(error) + JSON.stringify(error)).not.toContain("canary");
    }
  });

  test("that names no file is CONFIGURATION and does not show what was put there", async () => {
    for (const path of ["sk-canary", "/canary/\0", "x".repeat(5_000), folderOf()]) {
      const store = storeOf({ X_FILE: path });
      const error = await failure(() => store.getSecret("x"), "CONFIGURATION");
      expect(error.message).toContain("the file that X_FILE names");
      expect(inspect(error) + JSON.stringify(error) + inspect(error.cause)).not.toContain(path);
    }
  });

  test("that is empty, or names an empty file, is NOT_FOUND and says which", async () => {
    const unset = await failure(() => storeOf({ X_FILE: "" }).getSecret("x"), "NOT_FOUND");
    expect(unset.message).toContain("X_FILE is set but empty");
    const path = join(folderOf({ x: "\n" }), "x");
    const empty = await failure(() => storeOf({ X_FILE: path }).getSecret("x"), "NOT_FOUND");
    expect(empty.message).toContain("the file that X_FILE names is empty");
  });
});

test("the order is variable, NAME_FILE, .env files in their order, folder", async () => {
  const folder = folderOf({
    ...{ "pointed.txt": "NAME_FILE", "s/x": "folder" },
    ...{ ".env.local": "X=.env.local", ".env": "X=.env\nY=.env" },
  });
  const environment: Record<string, string> = {};
  const store = storeOf(environment, {
    dotenv: [join(folder, ".env.local"), join(folder, ".env")],
    folder: join(folder, "s"),
  });
  const answers = async () => [await textOf(store, "x")];
  writeFileSync(join(folder, "s/y"), "folder");
  expect([await textOf(store, "x"), await textOf(store, "y")]).toEqual([".env.local", ".env"]);
  environment.X_FILE = join(folder, "pointed.txt");
  expect(await answers()).toEqual(["NAME_FILE"]);
  environment.X = "variable";
  delete environment.X_FILE;
  expect(await answers()).toEqual(["variable"]);
  delete environment.X;
  writeFileSync(join(folder, ".env.local"), "");
  expect(await answers()).toEqual([".env"]);
  writeFileSync(join(folder, ".env"), "");
  expect(await answers()).toEqual(["folder"]);
});

test("getSecrets reads many, each with its own outcome, and requireSecrets names what is missing", async () => {
  const store = storeOf({ A: "a", EMPTY: "", B: "b", B_FILE: "/b" });
  const { secrets, errors } = await store.getSecrets(["a", "empty", "b", "../a", "absent"]);
  expect([...secrets.keys()]).toEqual(["a"]);
  expect([...errors].map(([key, { code }]) => [key, code])).toEqual([
    ["empty", "NOT_FOUND"],
    ["b", "CONFIGURATION"],
    ["../a", "INVALID_KEY"],
    ["absent", "NOT_FOUND"],
  ]);
  const call = () => requireSecrets(store, { a: "a", absent: "absent" });
  expect((await failure(call, "NOT_FOUND")).message).toContain("ABSENT is not set");
});

test("healthCheck finds a .env file or a folder that cannot be read before a key is missed", async () => {
  const folder = folderOf({ ".env": "A=1" });
  const dotenv = join(folder, ".env");
  expect(await storeOf({}, { dotenv, folder }).healthCheck()).toMatchObject({ state: "ready" });
  expect(await storeOf({ HEALTH_CHECK: "" }).healthCheck()).toMatchObject({ ok: true });
  for (const options of [{ dotenv: `${dotenv}.none` }, { folder: `${folder}-none` }]) {
    const report = await storeOf({ HEALTH_CHECK: "x" }, options).healthCheck();
    expect(report).toMatchObject({ ok: false, state: "misconfigured" });
  }
});

test("a closed store and an aborted call read nothing", async () => {
  const { environment, reads } = counting({ X: "x" });
  const store = storeOf(environment);
  await expect(store.getSecret("x", { signal: AbortSignal.abort("stop") })).rejects.toBe("stop");
  await store.close();
  await failure(() => store.getSecret("x"), "CLOSED");
  expect(reads()).toBe(0);
});

test("no key that is invalid causes a read", async () => {
  const { environment, reads } = counting({ A: "a" });
  const store = storeOf(environment, { writable: true });
  const atStart = reads();
  await store.getSecret("a");
  expect(reads()).toBeGreaterThan(atStart); // the counter counts
  const before = reads();
  const piece = fc.constantFrom("a", "/", "..", ".", "%2e", "%2f", "\\", "\0", "\n", "é", "\ud800");
  const invalidKey = fc
    .oneof(
      fc.string({ unit: "binary" }),
      fc.array(piece).map((pieces) => pieces.join("")),
    )
    .filter((key) => !store.keySyntax.pattern.test(key));
  const property = fc.asyncProperty(invalidKey, async (key) => {
    await failure(() => store.getSecret(key), "INVALID_KEY");
    await failure(() => store.putSecret(key, "x"), "INVALID_KEY");
    await failure(() => store.deleteSecret(key, { mode: "permanent" }), "INVALID_KEY");
    expect((await store.getSecrets([key])).errors.get(key)?.code).toBe("INVALID_KEY");
    expect(reads()).toBe(before);
  });
  await fc.assert(property, { numRuns: process.env.TEST_DEEP ? 20_000 : 1_000, seed: 4 });
}, 120_000);

test("printing a store shows no value and no environment", async () => {
  const store = storeOf({ X: "canary" }, { dotenv: "canary.env", folder: "/canary" });
  expect(inspect(store, { depth: 9, showHidden: true }) + JSON.stringify(store)).not.toContain(
    "canary",
  );
});

/** An environment that counts every operation on it. */
function counting(variables: Record<string, string>) {
  let count = 0;
  const handler = new Proxy<ProxyHandler<Record<string, string>>>(
    {},
    {
      get: (_, trap: keyof typeof Reflect) => {
        return (...rest: unknown[]) => {
          count++;
          return (Reflect[trap] as (...all: unknown[]) => unknown)(...rest);
        };
      },
    },
  );
  const environment = new Proxy(variables, handler);
  return { environment, reads: () => count };
}
