// How many logins the server sees: as few as it takes, and none for what a login cannot mend.
import { installTimeoutMs, type OpenBaoServer, startOpenBao } from "secrets-tools/openbao";
import { afterAll, beforeAll, expect, test } from "vitest";
import { VaultSecretStore } from "../../src/index.js";
import { key, makeAppRole, makeToken, prepare, revoke, value } from "../support/logins.js";
import { startRecordingProxy } from "../support/scripted-vault.js";

let server: OpenBaoServer;
beforeAll(async () => {
  server = await startOpenBao();
  await prepare(server);
}, installTimeoutMs);
afterAll(() => server?.stop());

test("V24: 50 reads with a token that was revoked cause one login, and all succeed", async () => {
  const role = await makeAppRole(server, "revoked");
  let oldToken: string | undefined;
  let held = 0;
  let release = () => {};
  const isReplaced = new Promise<void>((resolve) => {
    release = resolve;
  });
  // Half of the refusals arrive when the new token is in use: they must not fetch another.
  const proxy = await startRecordingProxy(server, async ({ path, token }) => {
    if (oldToken === undefined || !path.startsWith("secret/")) return undefined;
    if (token !== oldToken) release();
    else if (held < 25) {
      held++;
      await isReplaced;
    }
    return undefined;
  });
  const auth = { method: "approle", ...role } as const;
  const store = new VaultSecretStore({ address: proxy.address, auth });
  await store.getSecret(key);
  oldToken = proxy.requests[1]?.token;
  await revoke(server, oldToken);
  const secrets = await Promise.all(Array.from({ length: 50 }, () => store.getSecret(key)));
  expect(secrets.map((secret) => secret.value.expose())).toEqual(Array(50).fill(value));
  expect(held).toBe(25);
  expect(proxy.count(/login$/)).toBe(2);
  expect(proxy.count(/^secret/)).toBe(1 + 50 + 50);
  await store.close();
  await proxy.stop();
});

test("V24: 50 first reads are one login", async () => {
  const role = await makeAppRole(server, "first");
  const proxy = await startRecordingProxy(server);
  const auth = { method: "approle", ...role } as const;
  const store = new VaultSecretStore({ address: proxy.address, auth });
  await Promise.all(Array.from({ length: 50 }, () => store.getSecret(key)));
  expect(proxy.count(/login$/)).toBe(1);
  expect(proxy.requests).toHaveLength(51);
  await store.close();
  await proxy.stop();
});

test("V24: a caller who gives up leaves the login to the others", async () => {
  const role = await makeAppRole(server, "given-up");
  const caller = new AbortController();
  const proxy = await startRecordingProxy(server, ({ path }) => {
    if (path.endsWith("/login")) caller.abort(new Error("changed my mind"));
    return undefined;
  });
  const auth = { method: "approle", ...role } as const;
  const store = new VaultSecretStore({ address: proxy.address, auth });
  const first = store.getSecret(key, { signal: caller.signal });
  const second = store.getSecret(key);
  await expect(first).rejects.toThrow("changed my mind");
  expect((await second).value.expose()).toBe(value);
  expect(proxy.count(/login$/)).toBe(1);
  await store.close();
  await proxy.stop();
});

/** Between two logins of which the first was refused. */
const shortestPauseMs = 750;
const deniedKey = "other/key";

test.each([
  ["with the default policy", false],
  ["without the default policy", true],
])("V29: a path that is denied to a valid token %s is no reason to log in", async (...row) => {
  const [, token_no_default_policy] = row;
  const role = await makeAppRole(server, `denied-${token_no_default_policy}`, {
    token_no_default_policy,
  });
  const proxy = await startRecordingProxy(server);
  const auth = { method: "approle", ...role } as const;
  const store = new VaultSecretStore({ address: proxy.address, auth });
  for (let count = 0; count < 5; count++) {
    const read = store.getSecret(deniedKey);
    await expect(read).rejects.toMatchObject({ code: "PERMISSION_DENIED", key: deniedKey });
  }
  await expect(store.putSecret(key, "x")).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
  expect((await store.getSecret(key)).value.expose()).toBe(value);
  expect(proxy.count(/^auth/)).toBe(1);
  expect(proxy.count(/^secret/)).toBe(7); // each was asked once
  await store.close();
  await proxy.stop();
});

test("V29: a mount that a valid token may not ask about is no reason either", async () => {
  const role = await makeAppRole(server, "no-access", { token_policies: [] });
  const proxy = await startRecordingProxy(server);
  const auth = { method: "approle", ...role } as const;
  const store = new VaultSecretStore({ address: proxy.address, auth, kvVersion: "detect" });
  await expect(store.getSecret(key)).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
  expect(proxy.requests.map(({ path }) => path)).toEqual([
    ...["auth/approle/login", "sys/internal/ui/mounts/secret"],
  ]);
  await store.close();
  await proxy.stop();
});

test("V29: a token that is good elsewhere only is logged in for twice, not for every read", async () => {
  const role = await makeAppRole(server, "elsewhere", { token_bound_cidrs: ["10.9.9.9/32"] });
  const proxy = await startRecordingProxy(server);
  const auth = { method: "approle", ...role } as const;
  const store = new VaultSecretStore({ address: proxy.address, auth });
  const start = performance.now();
  for (let count = 0; count < 10; count++) {
    const read = store.getSecret(key);
    await expect(read).rejects.toMatchObject({ code: "AUTHENTICATION_FAILED", reason: "token" });
  }
  const pauses = Math.floor((performance.now() - start) / shortestPauseMs);
  expect(proxy.count(/login$/)).toBeLessThanOrEqual(2 + pauses);
  await store.close();
  await proxy.stop();
});

test("V24: a plain token that is refused is AUTHENTICATION_FAILED after one request", async () => {
  const token = await makeToken(server);
  await revoke(server, token);
  const proxy = await startRecordingProxy(server);
  const store = new VaultSecretStore({ address: proxy.address, token });
  await expect(store.getSecret(key)).rejects.toMatchObject({
    ...{ code: "AUTHENTICATION_FAILED", reason: "token", retryable: false },
  });
  expect(proxy.requests).toHaveLength(1);
  await store.close();
  await proxy.stop();
});
