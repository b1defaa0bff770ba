import { assertNoLeak } from "@llm-orchestrator/secrets-testing";
import { installTimeoutMs, type OpenBaoServer, startOpenBao, until } from "secrets-tools/openbao";
import { afterAll, beforeAll, describe, test } from "vitest";
import { type VaultAuth, VaultSecretStore } from "../../src/index.js";
import { type EventLog, logEvents } from "../support/events.js";
import { ask, key, makeAppRole, makeToken, prepare, value } from "../support/logins.js";
import { type ScriptedVault, startRecordingProxy } from "../support/scripted-vault.js";

let server: OpenBaoServer;
beforeAll(async () => {
  server = await startOpenBao();
  await prepare(server);
}, installTimeoutMs);
afterAll(() => server?.stop());

interface Subject extends AsyncDisposable {
  readonly store: VaultSecretStore;
  readonly proxy: ScriptedVault;
  readonly log: EventLog;
}

async function start(auth: VaultAuth): Promise<Subject> {
  const log = logEvents();
  const proxy = await startRecordingProxy(server);
  const { onTokenEvent } = log;
  const store = new VaultSecretStore({ address: proxy.address, auth, onTokenEvent });
  const end = async () => {
    await store.close();
    await proxy.stop();
  };
  return { store, proxy, log, [Symbol.asyncDispose]: end };
}

const over = { code: "AUTHENTICATION_FAILED", reason: "token" };
const lookUp = /lookup-self$/;
const renewal = /renew-self$/;

describe.concurrent("V27: kinds of tokens", () => {
  test("V27: a root token is looked at once and works on; renewToken says that it cannot", async ({
    expect,
  }) => {
    await using subject = await start({ method: "token", token: server.rootToken });
    const { store, proxy, log } = subject;
    await store.getSecret(key);
    expect(proxy.requests).toHaveLength(1); // the look is off the read's path
    await until("the token was looked at", () => proxy.count(lookUp) === 1);
    await expect(store.renewToken()).rejects.toMatchObject({
      ...{ code: "AUTHENTICATION_FAILED", reason: "not-renewable" },
    });
    await store.getSecret(key);
    expect(proxy.count(renewal)).toBe(1);
    expect(log.types).toEqual(["failed"]);
    await assertNoLeak({ events: log.events, store }, [server.rootToken], { slowChannels: false });
  });

  test("V27: a periodic token that was handed over lives for ever", async ({ expect }) => {
    const token = await makeToken(server, { ttl: undefined, period: "3s" });
    await using subject = await start({ method: "token", token });
    const { store, proxy, log } = subject;
    await store.getSecret(key);
    await log.until("renewed", 3); // that is after its period has passed
    expect((await store.getSecret(key)).value.expose()).toBe(value);
    expect(proxy.count(lookUp)).toBe(1);
    expect(log.count("expiring")).toBe(0);
  });

  test.for([
    ["cannot be renewed", { renewable: false }],
    ["is a batch token", { type: "batch" }],
  ] as const)("V27: a token that %s is used to its end, which is announced", async (...row) => {
    const [[, kind], { expect }] = row;
    const token = await makeToken(server, { ttl: "3s", ...kind });
    await using subject = await start({ method: "token", token });
    const { store, proxy, log } = subject;
    await store.getSecret(key);
    await log.until("expiring");
    await store.getSecret(key); // it still works
    await until("it is over", () =>
      store.getSecret(key).then(
        () => false,
        () => true,
      ),
    );
    await expect(store.getSecret(key)).rejects.toMatchObject(over);
    expect(proxy.count(renewal)).toBe(0);
    expect(proxy.count(lookUp)).toBe(1);
    expect(log.types).toEqual(["expiring"]);
  });

  test("V27: a token with a maximum is renewed up to it, and its end announced once", async ({
    expect,
  }) => {
    const token = await makeToken(server, { ttl: "3s", explicit_max_ttl: "5s" });
    await using subject = await start({ method: "token", token });
    const { store, proxy, log } = subject;
    await store.getSecret(key);
    await log.until("expiring");
    await store.getSecret(key);
    expect(log.count("renewed")).toBeGreaterThan(0);
    await log.until("failed");
    await expect(store.renewToken()).rejects.toMatchObject({ code: "AUTHENTICATION_FAILED" });
    expect(log.count("expiring")).toBe(1);
    expect(proxy.count(renewal)).toBeLessThan(9);
  });

  test("V27: a login that brings batch tokens is repeated in time, with no renewals", async ({
    expect,
  }) => {
    const options = { token_type: "batch", token_ttl: "2s" };
    const role = await makeAppRole(server, "batch", options);
    await using subject = await start({ method: "approle", ...role });
    const { store, proxy, log } = subject;
    await store.getSecret(key);
    await log.until("logged-in", 3);
    expect((await store.getSecret(key)).value.expose()).toBe(value);
    expect(proxy.count(renewal)).toBe(0);
    expect(log.count("failed")).toBe(0);
  });

  test("V27: a login whose tokens count their uses serves any number of reads", async ({
    expect,
  }) => {
    const role = await makeAppRole(server, "counted", { token_num_uses: 3 });
    await using subject = await start({ method: "approle", ...role });
    const { store, proxy } = subject;
    for (let count = 0; count < 7; count++) await store.getSecret(key);
    expect(proxy.count(/login$/)).toBe(3);
    await Promise.all(Array.from({ length: 20 }, () => store.getSecret(key)));
    expect(proxy.count(/login$/)).toBe(9);
    expect(proxy.count(/^auth\/token/)).toBe(0);
    expect(proxy.count(/^secret/)).toBe(27); // none was refused
  });

  test("V27: a token with five uses gives five reads where it is not looked at", async ({
    expect,
  }) => {
    const token = await makeToken(server, { num_uses: 5 });
    await using subject = await start({ method: "token", token, lookUp: false });
    const { store, proxy } = subject;
    for (let count = 0; count < 5; count++) await store.getSecret(key);
    await expect(store.getSecret(key)).rejects.toMatchObject(over);
    expect(proxy.requests).toHaveLength(6);
  });

  test("V27: else the look is one of its uses, and nothing but reads comes after it", async ({
    expect,
  }) => {
    const token = await makeToken(server, { num_uses: 5, ttl: "3s" });
    await using subject = await start({ method: "token", token });
    const { store, proxy, log } = subject;
    await store.getSecret(key);
    await log.until("expiring");
    const path = "auth/token/lookup";
    const found = await ask<{ data: { num_uses: number } }>(server, "POST", path, { token });
    expect(found.data.num_uses).toBe(3);
    expect(proxy.requests.map((request) => request.path)).toEqual([
      ...[`secret/data/${key}`, "auth/token/lookup-self"],
    ]);
  });
});
