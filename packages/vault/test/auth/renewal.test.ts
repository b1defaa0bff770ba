import { setTimeout as pause } from "node:timers/promises";
import { installTimeoutMs, type OpenBaoServer, startOpenBao, until } from "secrets-tools/openbao";
import { size } from "secrets-tools/test-size";
import { afterAll, beforeAll, describe, test, vi } from "vitest";
import { VaultSecretStore } from "../../src/index.js";
import { logEvents } from "../support/events.js";
import { ask, isAlive, key, makeAppRole, makeToken, prepare, value } from "../support/logins.js";
import { type Answer, startRecordingProxy } from "../support/scripted-vault.js";

let server: OpenBaoServer;
beforeAll(async () => {
  server = await startOpenBao();
  await prepare(server);
}, installTimeoutMs);
afterAll(() => server?.stop());

const soakMs = size(20_000, 60_000);
const readers = 8;
/** Between two reads of one reader: a token is lost in a moment, and the machine is shared. */
const paceMs = 10;

/** When the server lets a token end, in milliseconds since 1970. */
async function endOf(token: string | undefined): Promise<number> {
  const path = "auth/token/lookup";
  const found = await ask<{ data: { expire_time: string } }>(server, "POST", path, { token });
  return Date.parse(found.data.expire_time);
}

describe.concurrent("renewal", () => {
  test("V23: eight readers outlive a token of 3 seconds, and of 6 at most, without a failed read", {
    timeout: soakMs + 30_000,
  }, async ({ expect }) => {
    const role = await makeAppRole(server, "short", { token_ttl: "3s", token_max_ttl: "6s" });
    const log = logEvents();
    const proxy = await startRecordingProxy(server);
    const { onTokenEvent } = log;
    const auth = { method: "approle", ...role } as const;
    const store = new VaultSecretStore({ address: proxy.address, auth, onTokenEvent });
    const end = performance.now() + soakMs;
    let reads = 0;
    const read = async () => {
      while (performance.now() < end) {
        const secret = await store.getSecret(key);
        expect(secret.value.expose()).toBe(value);
        reads++;
        await pause(paceMs);
      }
    };
    await Promise.all(Array.from({ length: readers }, read));
    await store.close();
    await proxy.stop();
    expect(reads).toBeGreaterThan((soakMs / 1_000) * 50);
    // The maximum was passed so often, each time by one login; and each token was renewed before.
    const logins = proxy.count(/login$/);
    expect(logins).toBeGreaterThanOrEqual(1 + Math.floor(soakMs / 6_000));
    expect(logins).toBeLessThanOrEqual(2 + soakMs / 4_000);
    expect(log.count("logged-in")).toBe(logins);
    expect(log.count("renewed")).toBeGreaterThanOrEqual(logins - 1);
    expect(log.count("expiring")).toBe(0);
  });

  test.for<[string, number, Answer]>([
    ["dropped, with no retries", 0, "drop"],
    ["dropped, with retries", 2, "drop"],
    ["never answered", 0, "hang"],
    ["answered with 500", 0, { status: 500, body: { errors: ["internal error"] } }],
  ])(
    "V25: a token survives a renewal that is %s",
    async ([name, maxRetries, answer], { expect }) => {
      // Long enough for a machine that stands still for a second, now and then.
      const options = { token_ttl: "10s" };
      const role = await makeAppRole(server, name.replaceAll(/\W+/g, "-"), options);
      let isFirst = true;
      const proxy = await startRecordingProxy(server, ({ path }) => {
        if (!path.endsWith("renew-self") || !isFirst) return undefined;
        isFirst = false;
        return answer;
      });
      const log = logEvents();
      const { onTokenEvent } = log;
      const store = new VaultSecretStore({
        ...{ address: proxy.address, maxRetries, timeoutMs: 400, onTokenEvent },
        auth: { method: "approle", ...role },
      });
      await store.getSecret(key);
      const token = proxy.requests[1]?.token;
      const before = await endOf(token);
      await log.until("renewed");
      expect(isFirst).toBe(false);
      expect(await endOf(token)).toBeGreaterThan(before + 1_000);
      expect(proxy.count(/login$/)).toBe(1);
      expect(log.count("failed")).toBe(maxRetries === 0 ? 1 : 0);
      await store.close();
      await proxy.stop();
    },
  );

  test("V25: while the server renews nothing, a new login comes before the end", async ({
    expect,
  }) => {
    const role = await makeAppRole(server, "stubborn", { token_ttl: "8s" });
    const proxy = await startRecordingProxy(server, ({ path }) =>
      path.endsWith("renew-self") ? "drop" : undefined,
    );
    const log = logEvents();
    const { onTokenEvent } = log;
    const auth = { method: "approle", ...role } as const;
    const store = new VaultSecretStore({ address: proxy.address, auth, onTokenEvent });
    await store.getSecret(key);
    const [, first] = proxy.requests;
    await log.until("logged-in", 2);
    expect(await isAlive(server, first?.token)).toBe(true);
    expect(log.count("expiring")).toBe(0);
    await store.close();
    await proxy.stop();
  });

  test("V23: renewToken() renews now, and a token handed over is renewed from then on", async ({
    expect,
  }) => {
    const token = await makeToken(server, { ttl: "1h" });
    const before = await endOf(token);
    const log = logEvents();
    const { onTokenEvent } = log;
    const store = new VaultSecretStore({ address: server.address, token, onTokenEvent });
    await store.renewToken();
    expect(await endOf(token)).toBeGreaterThan(before);
    expect(log.events).toEqual([{ type: "renewed", method: "token", ttlSeconds: 3_600 }]);
    await store.close();
  });
});

test("V26: the server's default of 768 hours is one timer, and no request", async ({ expect }) => {
  const hourMs = 3_600_000;
  const timers = vi.spyOn(globalThis, "setTimeout");
  const role = await makeAppRole(server, "long", { token_ttl: 0, token_max_ttl: 0 });
  const proxy = await startRecordingProxy(server);
  const auth = { method: "approle", ...role } as const;
  const store = new VaultSecretStore({ address: proxy.address, auth });
  await store.getSecret(key);
  const delays = timers.mock.calls.map(([, delayMs = 0]) => delayMs);
  const renewals = delays.filter((delayMs) => delayMs > hourMs);
  expect(renewals).toHaveLength(1);
  expect(renewals[0]).toBeGreaterThanOrEqual(512 * hourMs);
  expect(renewals[0]).toBeLessThan(538 * hourMs);
  timers.mockRestore();
  await store.close();
  expect(proxy.requests.map(({ path }) => path)).toEqual([
    ...["auth/approle/login", `secret/data/${key}`, "auth/token/revoke-self"],
  ]);
  await proxy.stop();
});

test("V23: a control: without a login the same token fails its readers", async ({ expect }) => {
  const token = await makeToken(server, { ttl: "2s", explicit_max_ttl: "2s" });
  const store = new VaultSecretStore({ address: server.address, token });
  const codes = new Set<unknown>();
  await until("a read fails", async () => {
    await store.getSecret(key).catch(({ code, reason }) => codes.add(`${code} ${reason}`));
    return codes.size > 0;
  });
  expect([...codes]).toEqual(["AUTHENTICATION_FAILED token"]);
  await store.close();
});
