import { installTimeoutMs, type OpenBaoServer, startOpenBao, until } from "secrets-tools/openbao";
import { afterAll, beforeAll, expect, test } from "vitest";
import { VaultSecretStore } from "../../src/index.js";
import { logEvents } from "../support/events.js";
import { ask, key, makeAppRole, prepare, revoke, value, wrapSecretId } from "../support/logins.js";
import { startRecordingProxy } from "../support/scripted-vault.js";

const namespace = "team/app";
const headers = { "x-vault-namespace": namespace };

let server: OpenBaoServer;
beforeAll(async () => {
  server = await startOpenBao();
  await ask(server, "POST", "sys/namespaces/team");
  await ask(server, "POST", "sys/namespaces/app", {}, { "x-vault-namespace": "team" });
  const kv = { type: "kv", options: { version: "2" } };
  await ask(server, "POST", "sys/mounts/secret", kv, headers);
  await until("the mount is ready", async () => {
    const reply = await server.request("GET", "secret/config", undefined, headers);
    return reply.status === 200;
  });
  await prepare(server, headers);
}, installTimeoutMs);
afterAll(() => server?.stop());

test("V23: login, renewal, re-login and revocation all name the namespace", async () => {
  const role = await makeAppRole(server, "app", { token_ttl: "2s" }, headers);
  const log = logEvents();
  const { onTokenEvent } = log;
  const proxy = await startRecordingProxy(server);
  const auth = { method: "approle", ...role } as const;
  const options = { address: proxy.address, namespace, auth, onTokenEvent };
  const store = new VaultSecretStore(options);
  await store.getSecret(key);
  await log.until("renewed");
  await revoke(server, proxy.requests[1]?.token);
  expect((await store.getSecret(key)).value.expose()).toBe(value);
  await store.close();
  expect(new Set(proxy.requests.map((request) => request.namespace))).toEqual(new Set([namespace]));
  const kinds = proxy.requests.map(({ path }) => path.split("/").at(-1));
  expect(kinds.filter((kind) => kind === "login")).toHaveLength(2);
  expect(kinds).toContain("renew-self");
  expect(kinds.at(-1)).toBe("revoke-self");
  await proxy.stop();
});

test("V30: a secret-id is unwrapped in the namespace too", async () => {
  const { roleId } = await makeAppRole(server, "wrapped", {}, headers);
  const wrappedSecretId = await wrapSecretId(server, "wrapped", { headers });
  const proxy = await startRecordingProxy(server);
  const auth = { method: "approle", roleId, wrappedSecretId } as const;
  const store = new VaultSecretStore({ address: proxy.address, namespace, auth });
  expect((await store.getSecret(key)).value.expose()).toBe(value);
  expect(proxy.requests.map((request) => request.namespace)).toEqual(Array(3).fill(namespace));
  await store.close();
  await proxy.stop();
});

test("V28: a role of another namespace is a refused login, an absent namespace a wrong option", async () => {
  const role = await makeAppRole(server, "elsewhere", {}, headers);
  const auth = { method: "approle", ...role } as const;
  const { address } = server;
  const inRoot = new VaultSecretStore({ address, auth });
  await expect(inRoot.getSecret(key)).rejects.toMatchObject({
    ...{ code: "AUTHENTICATION_FAILED", reason: "login-refused" },
  });
  const nowhere = new VaultSecretStore({ address, auth, namespace: "nowhere" });
  await expect(nowhere.getSecret(key)).rejects.toMatchObject({
    ...{ code: "CONFIGURATION", reason: "namespace" },
  });
  await Promise.all([inRoot.close(), nowhere.close()]);
});
