import { assertNoLeak } from "@llm-orchestrator/secrets-testing";
import { installTimeoutMs, type OpenBaoServer, startOpenBao, until } from "secrets-tools/openbao";
import { afterAll, beforeAll, expect, test } from "vitest";
import { VaultSecretStore } from "../../src/index.js";
import { logEvents } from "../support/events.js";
import {
  isAlive,
  key,
  makeAppRole,
  makeSecretId,
  prepare,
  revoke,
  value,
  wrapSecretId,
} from "../support/logins.js";
import { type ScriptedVault, startRecordingProxy } from "../support/scripted-vault.js";

let server: OpenBaoServer;
beforeAll(async () => {
  server = await startOpenBao();
  await prepare(server);
}, installTimeoutMs);
afterAll(() => server?.stop());

/** The token of the latest request that had one. */
function tokenOf({ requests }: ScriptedVault): string | undefined {
  return requests.filter(({ path }) => path.startsWith("secret/")).at(-1)?.token;
}

/** Between two logins of which the first was refused. */
const shortestPauseMs = 750;
const refused = { code: "AUTHENTICATION_FAILED", reason: "login-refused", retryable: false };

test("V28: a used-up secret-id is one refused login for 40 reads, and no storm after it", async () => {
  const { roleId, secretId } = await makeAppRole(server, "once", { secret_id_num_uses: 1 });
  const log = logEvents();
  const proxy = await startRecordingProxy(server);
  const { onTokenEvent } = log;
  const auth = { method: "approle", roleId, secretId } as const;
  const store = new VaultSecretStore({ address: proxy.address, auth, onTokenEvent });
  await store.getSecret(key);
  await revoke(server, tokenOf(proxy));
  const readMany = () =>
    Promise.all(Array.from({ length: 20 }, () => store.getSecret(key).catch((error) => error)));
  const start = performance.now();
  const errors = [...(await readMany()), ...(await readMany())];
  const pauses = Math.floor((performance.now() - start) / shortestPauseMs);
  for (const error of errors) expect(error).toMatchObject(refused);
  expect(proxy.count(/login$/)).toBeLessThanOrEqual(2 + pauses);
  expect(log.types.slice(0, 2)).toEqual(["logged-in", "failed"]);
  await assertNoLeak({ error: errors[0], events: log.events }, [secretId, roleId]);
  await store.close();
  await proxy.stop();
});

test("V28: a function that brings a good secret-id again mends it without a restart", async () => {
  const role = await makeAppRole(server, "mended", { secret_id_num_uses: 1 });
  let { secretId } = role;
  const proxy = await startRecordingProxy(server);
  const auth = { method: "approle", roleId: role.roleId, secretId: () => secretId } as const;
  const store = new VaultSecretStore({ address: proxy.address, auth });
  await store.getSecret(key);
  await revoke(server, tokenOf(proxy));
  await expect(store.getSecret(key)).rejects.toMatchObject(refused);
  secretId = await makeSecretId(server, "mended");
  await until("reads succeed again", () =>
    store.getSecret(key).then(
      () => true,
      () => false,
    ),
  );
  expect(proxy.count(/login$/)).toBe(3); // each once: the first, the refused, and the good one
  await store.close();
  await proxy.stop();
});

test("V28: while its token lives, a used-up secret-id fails no read", async () => {
  const role = await makeAppRole(server, "alive", {
    ...{ secret_id_num_uses: 1, token_ttl: "3s", token_max_ttl: "4s" },
  });
  const log = logEvents();
  const { onTokenEvent } = log;
  const auth = { method: "approle", ...role } as const;
  const store = new VaultSecretStore({ address: server.address, auth, onTokenEvent });
  await store.getSecret(key);
  await log.until("expiring");
  expect((await store.getSecret(key)).value.expose()).toBe(value);
  const { ttlSeconds } = log.events.find(({ type }) => type === "expiring") ?? {};
  expect(ttlSeconds).toBeGreaterThan(0);
  await store.close();
});

const spent = { code: "AUTHENTICATION_FAILED", reason: "wrapping-token" };

test("V30: a wrapped secret-id is unwrapped once, and good for further logins", async () => {
  const { roleId } = await makeAppRole(server, "wrapped");
  const wrappedSecretId = await wrapSecretId(server, "wrapped");
  const proxy = await startRecordingProxy(server);
  const auth = { method: "approle", roleId, wrappedSecretId } as const;
  const store = new VaultSecretStore({ address: proxy.address, auth });
  await Promise.all(Array.from({ length: 10 }, () => store.getSecret(key)));
  await revoke(server, tokenOf(proxy));
  expect((await store.getSecret(key)).value.expose()).toBe(value);
  expect(proxy.count(/unwrap$/)).toBe(1);
  expect(proxy.count(/login$/)).toBe(2);
  const unwrap = proxy.requests.find(({ path }) => path.endsWith("unwrap"));
  expect(unwrap).toMatchObject({ token: wrappedSecretId, body: {} });
  const login = proxy.requests[1]?.body as { secret_id: string } | undefined;
  expect(login?.secret_id).toMatch(/^[\w-]{36}$/);
  const canaries = [wrappedSecretId, login?.secret_id ?? ""];
  await assertNoLeak(store, canaries, { slowChannels: false });
  await store.close();
  await proxy.stop();
});

test("V30: a wrapping token that somebody else has used is told apart from a refused login", async () => {
  const { roleId } = await makeAppRole(server, "intercepted");
  const wrappedSecretId = await wrapSecretId(server, "intercepted");
  const taken = await server.request("POST", "sys/wrapping/unwrap", { token: wrappedSecretId });
  expect(taken.status).toBe(200);
  const proxy = await startRecordingProxy(server);
  const auth = { method: "approle", roleId, wrappedSecretId } as const;
  const store = new VaultSecretStore({ address: proxy.address, auth });
  const start = performance.now();
  for (let count = 0; count < 20; count++) {
    await expect(store.getSecret(key)).rejects.toMatchObject(spent);
  }
  const pauses = Math.floor((performance.now() - start) / shortestPauseMs);
  expect(proxy.count(/unwrap$/)).toBeLessThanOrEqual(1 + pauses);
  expect(proxy.count(/login$/)).toBe(0);
  const error = await store.getSecret(key).catch((thrown: unknown) => thrown);
  expect(String(error)).toContain("somebody else may hold the secret-id");
  await assertNoLeak({ error }, [wrappedSecretId], { slowChannels: false });
  await store.close();
  await proxy.stop();
});

test("V30: a wrapping token that has expired is the same", async () => {
  const { roleId } = await makeAppRole(server, "late");
  const wrappedSecretId = await wrapSecretId(server, "late", { ttl: "1s" });
  await until("it has expired", async () => !(await isAlive(server, wrappedSecretId)));
  const auth = { method: "approle", roleId, wrappedSecretId } as const;
  const store = new VaultSecretStore({ address: server.address, auth });
  await expect(store.getSecret(key)).rejects.toMatchObject(spent);
  await store.close();
});

test("V30: when its secret-id is used up, a function may bring another wrapping token", async () => {
  const { roleId } = await makeAppRole(server, "rewrapped", { secret_id_num_uses: 1 });
  let wrapping = await wrapSecretId(server, "rewrapped");
  let asked = 0;
  const wrappedSecretId = () => {
    asked++;
    return wrapping;
  };
  const proxy = await startRecordingProxy(server);
  const auth = { method: "approle", roleId, wrappedSecretId } as const;
  const store = new VaultSecretStore({ address: proxy.address, auth });
  await store.getSecret(key);
  await revoke(server, tokenOf(proxy));
  await expect(store.getSecret(key)).rejects.toMatchObject(refused);
  expect(asked).toBe(1); // what was unwrapped is tried first
  wrapping = await wrapSecretId(server, "rewrapped");
  await until("reads succeed again", () =>
    store.getSecret(key).then(
      () => true,
      () => false,
    ),
  );
  expect(proxy.count(/unwrap$/)).toBe(2);
  await store.close();
  await proxy.stop();
});
