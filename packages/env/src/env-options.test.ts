import { inspect } from "node:util";
import type { SecretStoreUrl } from "@llm-orchestrator/secrets-core";
import { describe, expect, test } from "vitest";
import { failure } from "../test/support.js";
import { EnvSecretStore, type EnvSecretStoreOptions, envBackend } from "./index.js";

describe("options", () => {
  test("of the wrong kind are CONFIGURATION that names the option", async () => {
    const wrong: Record<string, unknown[]> = {
      name: ["", 1, null],
      prefix: ["a-b", "a/", "é", "A B", "\0", 1, null, "A".repeat(257)],
      environment: ["X=1", null, [], 1],
      dotenv: ["", "a\0b", [""], [1], { path: ".env" }, true, null],
      folder: ["", "a\0b", 1, null, ["/run/secrets"]],
      writable: ["true", 1, null],
      allowCollisions: ["yes", 0, null],
    };
    for (const [option, values] of Object.entries(wrong)) {
      for (const value of values) {
        const call = () => new EnvSecretStore({ [option]: value });
        const error = await failure(call, "CONFIGURATION", "bad-argument");
        expect(error.message).toContain(`option ${option} `);
      }
    }
  });

  test("that do not exist are refused, and shown only when they look like a name", async () => {
    const call = (name: string) => () =>
      new EnvSecretStore({ [name]: "x" } as EnvSecretStoreOptions);
    const error = await failure(call("preffix"), "CONFIGURATION", "bad-argument");
    expect(error.message).toContain('no option "preffix"');
    expect(error.message).toContain("prefix, environment, dotenv, folder, writable");
    const odd = await failure(call("sk-canary secret"), "CONFIGURATION");
    expect(inspect(odd)).not.toContain("canary");
    for (const name of ["constructor", "toString"]) await failure(call(name), "CONFIGURATION");
  });

  test("that are no object are refused", async () => {
    for (const options of [null, "APP_", 1, ["APP_"]]) {
      await failure(() => new EnvSecretStore(options as never), "CONFIGURATION");
      await failure(() => EnvSecretStore.fromEnv(options as never), "CONFIGURATION");
    }
  });

  test("that are undefined are left out", () => {
    const options = { name: undefined, prefix: undefined, environment: undefined };
    const files = { dotenv: undefined, folder: undefined };
    const flags = { writable: undefined, allowCollisions: undefined };
    expect(new EnvSecretStore({ ...options, ...files, ...flags }).name).toBe("env");
  });

  test("a writable store over a frozen environment would lie about what it can", async () => {
    const environment = Object.freeze({ X: "x" });
    const call = () => new EnvSecretStore({ environment, writable: true });
    expect((await failure(call, "CONFIGURATION")).message).toContain("frozen");
    expect(new EnvSecretStore({ environment }).capabilities.write).toBe(false);
  });
});

describe("a URL", () => {
  const url = (parameters: Record<string, string>, rest: Partial<SecretStoreUrl> = {}) => ({
    ...{ scheme: "env", host: "", path: [], parameters: new Map(Object.entries(parameters)) },
    ...rest,
  });
  const optionsOf = (from: SecretStoreUrl) => envBackend.optionsFromUrl?.(from);

  test("gives prefix, .env file, folder and switches", () => {
    const parameters = { prefix: "APP_", dotenv: ".env", folder: "/run/secrets" };
    expect(optionsOf(url({ ...parameters, writable: "true", allowCollisions: "false" }))).toEqual({
      ...{ prefix: "APP_", dotenv: ".env", folder: "/run/secrets" },
      ...{ writable: true, allowCollisions: false },
    });
    expect(optionsOf(url({}))).toEqual({});
    expect(envBackend.scheme).toBe("env");
  });

  test("makes a store that reads", async () => {
    const environment = { APP_X: "x" };
    const store = envBackend.create({ ...optionsOf(url({ prefix: "APP_" })), environment });
    expect((await store.getSecret("x")).value.expose()).toBe("x");
  });

  test("with a parameter that env does not have is refused, and its text not shown", async () => {
    for (const name of ["name", "environment", "token", "__proto__", "constructor", ""]) {
      const parameters = new Map([[name, "canary"]]);
      const error = await failure(() => optionsOf(url({}, { parameters })), "CONFIGURATION");
      expect(error.message).toContain("It takes prefix, dotenv, folder, writable");
      expect(inspect(error)).not.toContain("canary");
    }
  });

  test("with a switch that is neither true nor false, or a host or a path, is refused", async () => {
    for (const text of ["", "1", "TRUE", "canary"]) {
      const error = await failure(() => optionsOf(url({ writable: text })), "CONFIGURATION");
      expect(error.message).toContain("writable");
      expect(inspect(error)).not.toContain("canary");
    }
    for (const rest of [{ host: "h" }, { path: ["p"] }, { scheme: "env+file" }]) {
      await failure(() => optionsOf(url({}, rest)), "CONFIGURATION", "bad-argument");
    }
  });
});
