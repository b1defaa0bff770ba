import { expect, onTestFinished, test, vi } from "vitest";
import type { NodeVaultClient } from "./node-vault-client.js";
import { overEnvironment } from "./vault-config.js";
import { VaultSecretStore } from "./vault-secret-store.js";

const address = "https://vault.example:8200";

/** Nothing but these, for one test. */
function environment(variables: Readonly<Record<string, string>>): void {
  const ambient = Object.keys(process.env).filter((name) => /^(?:VAULT|BAO)_/.test(name));
  for (const name of ambient) vi.stubEnv(name, undefined);
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
}

test("options win over the variables, and those that are undefined say nothing", () => {
  environment({ VAULT_ADDR: address, VAULT_TOKEN: "t", VAULT_CLIENT_TIMEOUT: "60" });
  const options = { address: undefined, namespace: "team", timeoutMs: 500 };
  expect(overEnvironment(options)).toEqual({
    ...{ address, token: "t", namespace: "team", timeoutMs: 500, deadlineMs: 60_000 },
  });
  const auth = { method: "cert" } as const;
  expect(overEnvironment({ auth })).toMatchObject({ address, auth });
  expect(overEnvironment({ auth })).not.toHaveProperty("token");
});

test("a certificate in code stands for the whole of the one in the environment", () => {
  environment({
    ...{ VAULT_CLIENT_CERT: "/c.pem", VAULT_CLIENT_KEY: "/k.pem", VAULT_CACERT: "/ca.pem" },
    ...{ VAULT_TLS_SERVER_NAME: "vault", VAULT_ADDR: address, VAULT_TOKEN: "t" },
  });
  const own = { cert: "certificate", key: "key" };
  expect(overEnvironment({ tls: own }).tls).toEqual({
    ...{ ...own, caFile: "/ca.pem", serverName: "vault" },
  });
  expect(VaultSecretStore.fromEnv({ tls: own }).name).toBe("vault");
  const { tls } = overEnvironment({ tls: { ca: "authority" } });
  expect(tls).toEqual({
    ...{ certFile: "/c.pem", keyFile: "/k.pem", ca: "authority", serverName: "vault" },
  });
});

test("a client of the caller's stands for address, login, namespace and TLS", () => {
  environment({
    ...{ VAULT_ADDR: address, VAULT_TOKEN: "t", VAULT_NAMESPACE: "team", VAULT_CACERT: "/ca.pem" },
    VAULT_MAX_RETRIES: "0",
  });
  const call = async () => ({});
  const client = { read: call, write: call, update: call, list: call, delete: call, request: call };
  expect(overEnvironment({ client: client as NodeVaultClient })).toEqual({ client, maxRetries: 0 });
  expect(VaultSecretStore.fromEnv({ client: client as NodeVaultClient }).name).toBe("vault");
});

test("VAULT_SKIP_VERIFY=true is refused until the options say so, and may be overruled", () => {
  environment({ VAULT_ADDR: address, VAULT_TOKEN: "t", VAULT_SKIP_VERIFY: "true" });
  expect(() => VaultSecretStore.fromEnv()).toThrow(/dangerouslySkipVerify: true/);
  expect(() => VaultSecretStore.fromEnv({ tls: { caFile: "/ca" } })).toThrow(/VAULT_SKIP_VERIFY/);
  for (const dangerouslySkipVerify of [true, false]) {
    const { tls } = overEnvironment({ tls: { dangerouslySkipVerify } });
    expect(tls).toEqual({ dangerouslySkipVerify });
    expect(VaultSecretStore.fromEnv({ tls: { dangerouslySkipVerify } }).name).toBe("vault");
  }
});

test("what is missing names its variable; a tls that is none is told as that", () => {
  environment({});
  expect(() => VaultSecretStore.fromEnv()).toThrow(/address is missing.*VAULT_ADDR/);
  environment({ VAULT_ADDR: address });
  expect(() => VaultSecretStore.fromEnv()).toThrow(/VAULT_TOKEN/);
  environment({ VAULT_ADDR: address, VAULT_TOKEN: "t", VAULT_CACERT: "/ca.pem" });
  expect(() => VaultSecretStore.fromEnv({ tls: "no" as never })).toThrow("tls cannot be used");
});
