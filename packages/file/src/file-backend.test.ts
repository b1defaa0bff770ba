import type { SecretStoreUrl } from "@llm-orchestrator/secrets-core";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { newFile } from "../test/support.js";
import { FileSecretStore, fileBackend, generateIdentity } from "./index.js";

const identity = await generateIdentity();

const url = (parts: Partial<SecretStoreUrl>): SecretStoreUrl => ({
  ...{ scheme: "file", host: "", path: [], parameters: new Map() },
  ...parts,
});

const optionsOf = (parts: Partial<SecretStoreUrl>) => fileBackend.optionsFromUrl?.(url(parts));

describe("a URL", () => {
  test("says where the file is, from the root or from the working folder", () => {
    expect(optionsOf({ path: ["etc", "app", "s.age"] })).toEqual({ path: "/etc/app/s.age" });
    expect(optionsOf({ path: [".", "config", "s.age"] })).toEqual({ path: "./config/s.age" });
    expect(optionsOf({})).toEqual({});
  });

  test("takes numbers", () => {
    const parameters = new Map([
      ["maxVersions", "5"],
      ["lockTimeoutMs", "2000"],
    ]);
    expect(optionsOf({ parameters })).toEqual({ maxVersions: 5, lockTimeoutMs: 2_000 });
  });

  test.each<[Partial<SecretStoreUrl>, string]>([
    [{ host: "server" }, "no suffix and no host"],
    [{ scheme: "file+x" }, "no suffix and no host"],
    [{ path: ["secrets.age"] }, "from where its path goes"],
    [{ path: ["secrets.age"] }, "file:secrets.age and file:///secrets.age look the same"],
    [{ path: ["."] }, "from where its path goes"],
    [{ parameters: new Map([["identity", "canary"]]) }, 'no parameter "identity"'],
    [{ parameters: new Map([["name", "canary"]]) }, "It takes maxVersions"],
    [{ parameters: new Map([["maxVersions", "canary"]]) }, "Pass digits"],
  ])("with %j is CONFIGURATION", (parts, words) => {
    expect(() => optionsOf(parts)).toThrow(words);
    expect(() => optionsOf(parts)).not.toThrow("canary");
  });
});

describe("the environment", () => {
  const stub = (variables: Readonly<Record<string, string>>) => {
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
  };

  test("gives path and identity, or a passphrase; what is empty counts as unset", () => {
    const variables = { SECRETS_FILE_PATH: "s.age", SECRETS_FILE_IDENTITY: "i" };
    expect(fileBackend.optionsFromEnv?.(variables)).toEqual({ path: "s.age", identity: "i" });
    const others = { SECRETS_FILE_IDENTITY: "", SECRETS_FILE_PASSPHRASE: "p" };
    expect(fileBackend.optionsFromEnv?.(others)).toEqual({ passphrase: "p" });
  });

  test("makes a store, under options of the caller's", async () => {
    const { path } = newFile();
    stub({ SECRETS_FILE_PATH: "/elsewhere", SECRETS_FILE_IDENTITY: identity.expose() });
    const store = FileSecretStore.fromEnv({ path });
    await store.putSecret("key", "value");
    stub({ SECRETS_FILE_PATH: path });
    expect((await FileSecretStore.fromEnv().getSecret("key")).version).toMatch(/^1-/);
  });

  test("that says nothing is CONFIGURATION, and names the variables", () => {
    stub({ SECRETS_FILE_PATH: "", SECRETS_FILE_IDENTITY: "", SECRETS_FILE_PASSPHRASE: "" });
    expect(() => FileSecretStore.fromEnv()).toThrow("SECRETS_FILE_PATH");
    expect(() => FileSecretStore.fromEnv({ path: "x" })).toThrow("SECRETS_FILE_IDENTITY");
  });
});

describe("the options", () => {
  const path = "secrets.age";
  const passphrase = "long enough for it";
  test.each<[unknown, string]>([
    [undefined, "not an object"],
    [[], "not an object"],
    [{ identity }, "the path is missing"],
    [{ path: "", identity }, "option path is of the wrong kind"],
    [{ path: "a\0b", identity }, "option path is of the wrong kind"],
    [{ path }, "nothing says how to open"],
    [{ path, identity, passphrase }, "two things open the file"],
    [{ path, identity: 7 }, "option identity is of the wrong kind"],
    [{ path, identity: "canary" }, "the identity is none of age's"],
    [{ path, identity: `${identity.expose()}\n${identity.expose()}` }, "none of age's"],
    [{ path, passphrase: "canary" }, "too short"],
    [{ path, passphrase, recipients: [`age1${"q".repeat(58)}`] }, "recipients are for an identity"],
    [{ path, identity, recipients: ["canary"] }, "option recipients is of the wrong kind"],
    [{ path, identity, scryptWorkFactor: 18 }, "is for a passphrase"],
    [{ path, passphrase, scryptWorkFactor: 9 }, "from 10 to 20"],
    [{ path, identity, maxVersions: 1 }, "from 2 to 1,000"],
    [{ path, identity, lockTimeoutMs: 0 }, "from 1 to 60,000"],
    [{ path, identity, name: "" }, "option name is of the wrong kind"],
    [{ path, identity, generate: 1 }, "option generate is of the wrong kind"],
    [{ path, identity, maxVersion: 3 }, 'file has no option "maxVersion"'],
  ])("of case %#, which are wrong, are CONFIGURATION", (options, words) => {
    const make = () => new FileSecretStore(options as never);
    expect(make).toThrow(words);
    expect(make).not.toThrow("canary");
  });
});
