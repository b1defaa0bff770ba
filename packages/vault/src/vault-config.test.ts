import { assertNoLeak } from "@llm-orchestrator/secrets-testing";
import { expect, test } from "vitest";
import { VaultConfig, VaultSecretStore, vaultBackend } from "./index.js";

const address = "https://vault.example:8200";

test("fromEnv reads what the command line tools read, BAO_ where VAULT_ is not set", () => {
  expect(
    VaultConfig.fromEnv({
      ...{ VAULT_ADDR: ` ${address}\n`, BAO_ADDR: "https://other", BAO_TOKEN: "t-1" },
      ...{ VAULT_NAMESPACE: "team/app", VAULT_MOUNT_PATH: "kv", VAULT_CACERT: "/ca.pem" },
      ...{ VAULT_CAPATH: "/ca", VAULT_CLIENT_CERT: "/c.pem", VAULT_CLIENT_KEY: "/k.pem" },
      ...{ VAULT_TLS_SERVER_NAME: "vault", VAULT_CLIENT_TIMEOUT: "30", VAULT_MAX_RETRIES: "0" },
    }),
  ).toEqual({
    ...{ address, token: "t-1", namespace: "team/app", mountPath: "kv", maxRetries: 0 },
    ...{ deadlineMs: 30_000, timeoutMs: 2_000 },
    tls: {
      ...{ caFile: "/ca.pem", caPath: "/ca", certFile: "/c.pem", keyFile: "/k.pem" },
      serverName: "vault",
    },
  });
  expect(VaultConfig.fromEnv({ VAULT_ADDR: "", VAULT_TOKEN: "  " })).toEqual({});
});

test.each([
  ["1500ms", 1_500],
  ["1m30s", 90_000],
  ["2h", 7_200_000],
  ["7", 7_000],
])("VAULT_CLIENT_TIMEOUT=%s is %i ms", (text, deadlineMs) => {
  expect(VaultConfig.fromEnv({ VAULT_CLIENT_TIMEOUT: text })).toMatchObject({ deadlineMs });
});

test.each(["", "0", "false", "no", "F", "False"])("VAULT_SKIP_VERIFY=%j verifies", (text) => {
  expect(VaultConfig.fromEnv({ VAULT_SKIP_VERIFY: text })).toEqual({});
  const allowed = VaultConfig.fromEnv({ VAULT_SKIP_VERIFY: text }, { dangerouslySkipVerify: true });
  expect(allowed).toEqual({});
});

test.each(["1", "true", "T", "yes"])(
  "VAULT_SKIP_VERIFY=%s needs to be said in code as well",
  (text) => {
    const variables = { VAULT_SKIP_VERIFY: text };
    expect(() => VaultConfig.fromEnv(variables)).toThrow(/dangerouslySkipVerify: true/);
    expect(VaultConfig.fromEnv(variables, { dangerouslySkipVerify: true })).toEqual({
      tls: { dangerouslySkipVerify: true },
    });
  },
);

test.each(["SKIP_VERIFY", "CLIENT_TIMEOUT", "MAX_RETRIES"])(
  "a VAULT_%s that says something else is CONFIGURATION, and is not quoted",
  async (name) => {
    const canary = "hvs.canary-91";
    const read = () => VaultConfig.fromEnv({ [`VAULT_${name}`]: canary });
    expect(read).toThrow(expect.objectContaining({ code: "CONFIGURATION" }));
    expect(read).toThrow(name);
    await assertNoLeak(async () => read(), [canary], { slowChannels: false });
  },
);

const url = (
  scheme: string,
  host: string,
  path: string[],
  parameters: [string, string][] = [],
) => ({
  ...{ scheme, host, path, parameters: new Map(parameters) },
});

test("a URL has the address, the mount, what goes before every key, and the namespace", () => {
  const whole = url("vault", "host:8200", ["secret", "team", "app"], [["namespace", "prod"]]);
  expect(vaultBackend.optionsFromUrl?.(whole)).toEqual({
    ...{ address: "https://host:8200", mountPath: "secret", namespace: "prod" },
  });
  expect(vaultBackend.keyPrefixFromUrl?.(whole)).toBe("team/app/");
  const short = url("vault+http", "127.0.0.1:8200", []);
  expect(vaultBackend.optionsFromUrl?.(short)).toEqual({ address: "http://127.0.0.1:8200" });
  expect(vaultBackend.keyPrefixFromUrl?.(short)).toBe("");
});

test.each([
  ["a suffix", url("vault+tcp", "host", [])],
  ["no host", url("vault", "", ["secret"])],
  ["a parameter", url("vault", "host", [], [["token", "t"]])],
])("a URL with %s is CONFIGURATION", (_, wrong) => {
  expect(() => vaultBackend.optionsFromUrl?.(wrong)).toThrow(
    expect.objectContaining({ code: "CONFIGURATION" }),
  );
});

test.each([
  ["no options", undefined],
  ["no address", { token: "t" }],
  ["an address that is none", { address: "vault.example", token: "t" }],
  ["a path in it", { address: `${address}/v1`, token: "t" }],
  ["a password in it", { address: "https://u:canary@vault.example", token: "t" }],
  ["plain http elsewhere", { address: "http://vault.example", token: "t" }],
  ["no login", { address }],
  ["two logins", { address, token: "t", auth: { method: "cert" } }],
  ["an unknown method", { address, auth: { method: "magic" } }],
  ["half a login", { address, auth: { method: "approle" } }],
  ["a token of another kind", { address, token: 7 }],
  ["a mount that leaves", { address, token: "t", mountPath: "../sys" }],
  ["an empty mount", { address, token: "t", mountPath: "" }],
  ["another KV version", { address, token: "t", kvVersion: 3 }],
  ["an odd namespace", { address, token: "t", namespace: "a//b" }],
  ["a time of 0", { address, token: "t", timeoutMs: 0 }],
  ["a time beyond timers", { address, token: "t", deadlineMs: 2 ** 31 }],
  ["too many retries", { address, token: "t", maxRetries: 11 }],
  ["a misspelled option", { address, token: "t", namspace: "x" }],
])("%s is CONFIGURATION from the constructor, and nothing is quoted", (_, options) => {
  const make = () => new VaultSecretStore(options as never);
  expect(make).toThrow(expect.objectContaining({ code: "CONFIGURATION" }));
  expect(make).not.toThrow("canary");
});

test("capabilities follow the version of KV", () => {
  const of = (options: object) =>
    new VaultSecretStore({ address, token: "t", ...options }).capabilities;
  expect(of({})).toEqual({
    ...{ write: true, delete: true, restore: true, list: true, describe: true, versions: true },
    ...{ rotate: true, compareAndSet: true, metadata: true, binary: false },
  });
  expect(of({ binaryEncoding: "base64" }).binary).toBe(true);
  const both = { write: true, delete: true, list: true, binary: false };
  expect(of({ kvVersion: 1 })).toEqual(both);
  expect(of({ kvVersion: "detect" })).toEqual(both);
});

test("a store shows no token", async () => {
  const canary = "hvs.canary-77";
  await assertNoLeak(new VaultSecretStore({ address, token: canary }), [canary]);
});
