import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toArray } from "@llm-orchestrator/secrets-core";
import { EnvSecretStore, envBackend } from "@llm-orchestrator/secrets-env";
import { afterAll, beforeAll, describe, test } from "vitest";
import { checkFailure } from "./check-failure.ts";

const canary = `canary ${randomBytes(9).toString("hex")} "é`;
const untyped = (value: unknown) => value as never;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "secrets-errors-"));
  const files: Readonly<Record<string, string | Uint8Array>> = {
    KEY: canary,
    EMPTY: "",
    BROKEN: Buffer.concat([Buffer.from(canary), Buffer.from([0xff])]),
    "nul.env": `KEY="${canary}\0"\n`,
    "broken.env": Buffer.concat([Buffer.from(`KEY=${canary}`), Buffer.from([0xff])]),
    "good.env": `KEY=${JSON.stringify(canary)}\nEMPTY=\n`,
    LARGE: `${canary}${"x".repeat(2 ** 20)}`,
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  mkdirSync(join(folder, "DIRECTORY"));
  chmodSync(join(folder, "DIRECTORY"), 0o000);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("an error of the env store", () => {
  test("does not quote what was passed as an option", async () => {
    const options = [
      ...[canary, [canary], { [canary]: canary }, { prefix: canary }, { prefix: [canary] }],
      ...[{ name: [canary] }, { environment: canary }, { environment: [canary] }],
      ...[{ dotenv: { path: canary } }, { dotenv: [`${canary}\0`] }, { folder: [canary] }],
      ...[{ folder: `${canary}\0` }, { writable: canary }, { allowCollisions: canary }],
    ];
    for (const each of options) {
      await checkFailure(() => new EnvSecretStore(untyped(each)), canary);
      await checkFailure(() => envBackend.create(untyped(each)), canary);
    }
    const url = { scheme: "env", host: "", path: [], parameters: new Map() };
    const urls = [
      ...[{ host: canary }, { path: [canary] }, { parameters: new Map([[canary, canary]]) }],
      ...[{ scheme: canary }, { parameters: new Map([["writable", canary]]) }],
    ];
    for (const each of urls) {
      await checkFailure(() => envBackend.optionsFromUrl?.({ ...url, ...each }), canary);
    }
  });

  test("does not quote a variable, whatever is wrong with it", async () => {
    const environment = untyped({
      ...{ KEY: canary, KEY_FILE: canary, POINTED_FILE: canary, OBJECT: { value: canary } },
      ...{ NUL_FILE: `${canary}\0`, LIST: [canary], JSON: `{"${canary}": "${canary}"`, OTHER: "x" },
    });
    const store = new EnvSecretStore({ environment, writable: true });
    const calls = [
      ...["key", "pointed", "object", "nul", "list", "missing"].map(
        (key) => () => store.getSecret(key),
      ),
      () => store.getSecret("json", { field: "user" }),
      () => store.getSecret("other", { field: canary }),
      () => store.putSecret("key", canary),
      () => store.putSecret("other", `${canary}\0`),
      () => store.putSecret("other", canary.repeat(5_000)),
      () => store.putSecret("other_file", canary),
      () => store.putSecret("other", canary, { tags: { a: canary } }),
      () => store.putSecret("other", Buffer.from([...Buffer.from(canary), 0xff])),
      () => toArray(store.listSecrets()),
      () => toArray(store.listSecrets(`${canary}/`)),
      () => store.describeSecret(canary),
    ];
    for (const call of calls) await checkFailure(call, canary);
  });

  test("does not quote a variable of an environment that throws", async () => {
    const hostile = new Proxy(
      { KEY: canary },
      {
        get: () => {
          throw new Error(canary);
        },
        defineProperty: () => {
          throw new Error(canary);
        },
      },
    );
    const store = new EnvSecretStore({ environment: hostile, writable: true });
    await checkFailure(() => store.getSecret("key"), canary);
    await checkFailure(() => store.putSecret("key", "value"), canary);
    const frozen = Object.freeze({ KEY: canary });
    await checkFailure(() => new EnvSecretStore({ environment: frozen, writable: true }), canary);
    const fixed = Object.defineProperty({}, "KEY", { value: canary });
    const other = new EnvSecretStore({ environment: fixed, writable: true });
    await checkFailure(() => other.putSecret("key", canary), canary);
    await checkFailure(() => other.deleteSecret("key"), canary);
  });

  test("does not quote a file, whatever is wrong with it", async () => {
    const at = (name: string) => join(folder, name);
    const environment = { POINTED_FILE: at("BROKEN"), DIR_FILE: folder, HUGE_FILE: at("LARGE") };
    const stores = [
      [new EnvSecretStore({ environment, folder }), ["empty", "directory", "large", "missing"]],
      [new EnvSecretStore({ environment: {}, dotenv: at("nul.env") }), ["other"]],
      [new EnvSecretStore({ environment: {}, dotenv: at("good.env") }), ["empty", "missing"]],
      [new EnvSecretStore({ environment: {}, dotenv: at("absent.env") }), ["key"]],
      [new EnvSecretStore({ environment: {}, folder: at("absent") }), ["key"]],
      [new EnvSecretStore({ environment: {}, dotenv: folder }), ["key"]],
      [new EnvSecretStore({ environment }), ["dir", "pointed"]],
    ] as const;
    for (const [store, keys] of stores) {
      for (const key of keys) await checkFailure(() => store.getSecret(key), canary);
    }
  });
});
