import { assertNoLeak } from "@llm-orchestrator/secrets-testing";
import { expect, test } from "vitest";
import { VaultConfig, VaultSecretStore, type VaultTlsOptions, vaultBackend } from "./index.js";

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
    ...{ deadlineMs: 30_000, timeoutMs: 30_000 },
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
  ["1.5s", 1_500],
  [".5m", 30_000],
  ["1h0.5s", 3_600_500],
  ["250000us", 250],
])("VAULT_CLIENT_TIMEOUT=%s is %i ms, for one attempt and for all", (text, deadlineMs) => {
  const timeoutMs = deadlineMs;
  expect(VaultConfig.fromEnv({ VAULT_CLIENT_TIMEOUT: text })).toEqual({ timeoutMs, deadlineMs });
});

test.each([
  ["CLIENT_TIMEOUT", "0"],
  ["CLIENT_TIMEOUT", "999999999999"],
  ["CLIENT_TIMEOUT", "0.1ms"],
  ["CLIENT_TIMEOUT", "1.s.s"],
  ["CLIENT_TIMEOUT", "-1s"],
  ["MAX_RETRIES", "99"],
  ["MAX_RETRIES", "11"],
  ["SKIP_VERIFY", "maybe"],
])("a %s of %s is CONFIGURATION that names the variable it came from", (name, text) => {
  for (const prefix of ["VAULT", "BAO"]) {
    const read = () => VaultConfig.fromEnv({ [`${prefix}_${name}`]: text });
    expect(read).toThrow(expect.objectContaining({ code: "CONFIGURATION" }));
    expect(read).toThrow(`the variable ${prefix}_${name} cannot be used`);
  }
});

test.each([
  ["variables", () => VaultConfig.fromEnv(null as never)],
  ["options beside them", () => VaultConfig.fromEnv({}, null as never)],
  ["options over them", () => VaultSecretStore.fromEnv(null as never)],
  ["options of a backend", () => vaultBackend.create(undefined as never)],
])("no object of %s is CONFIGURATION", (_, make) => {
  expect(make).toThrow(expect.objectContaining({ code: "CONFIGURATION" }));
});

test.each(["", "0", "false", "no", "F", "False"])("VAULT_SKIP_VERIFY=%j verifies", (text) => {
  expect(VaultConfig.fromEnv({ VAULT_SKIP_VERIFY: text })).toEqual({});
  const allowed = VaultConfig.fromEnv({ VAULT_SKIP_VERIFY: text }, { dangerouslySkipVerify: true });
  expect(allowed).toEqual({});
});

test.each(["1", "true", "T", "yes"])(
  "VAULT_SKIP_VERIFY=%s needs to be said in code as well",
  (text) => {
    const variables = { VAULT_SKIP_VERIFY: text, VAULT_ADDR: address, VAULT_TOKEN: "t" };
    const options = VaultConfig.fromEnv(variables);
    const make = (tls?: VaultTlsOptions) => () => {
      return vaultBackend.create({ ...options, ...(tls && { tls }) }).name;
    };
    expect(make()).toThrow(/VAULT_SKIP_VERIFY asks .*dangerouslySkipVerify: true/);
    expect(make({ dangerouslySkipVerify: true })()).toBe("vault");
    expect(make({ ...options.tls, dangerouslySkipVerify: true })()).toBe("vault");
    expect(make({ ...options.tls, dangerouslySkipVerify: false })()).toBe("vault");
    const { tls } = VaultConfig.fromEnv(variables, { dangerouslySkipVerify: true });
    expect(tls).toEqual({ dangerouslySkipVerify: true });
    expect(VaultConfig.fromEnv(variables, { dangerouslySkipVerify: false }).tls).toBeUndefined();
  },
);

test("what asked to trust anybody is named, and can be nothing but the variable", () => {
  const options = VaultConfig.fromEnv({
    BAO_SKIP_VERIFY: "1",
    VAULT_ADDR: address,
    BAO_TOKEN: "t",
  });
  expect(() => vaultBackend.create(options)).toThrow(/: BAO_SKIP_VERIFY asks/);
  const canary = "hvs.canary-55";
  const tls = { skipVerifyAskedBy: canary };
  const make = () => new VaultSecretStore({ ...options, tls });
  expect(make).toThrow("tls.skipVerifyAskedBy cannot be used");
  expect(make).not.toThrow(canary);
});

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

test("what is missing names the variable too", () => {
  expect(() => vaultBackend.create({ token: "t" })).toThrow(/VAULT_ADDR/);
  expect(() => vaultBackend.create({ address })).toThrow(/VAULT_TOKEN/);
});

test("mounts and namespaces may end in a slash", () => {
  const make = (path: string) => () =>
    new VaultSecretStore({ address, token: "t", mountPath: path, namespace: path }).name;
  expect(make("team/")()).toBe("vault");
  for (const odd of ["/", "team//", "/team"]) expect(make(odd)).toThrow("mountPath");
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
