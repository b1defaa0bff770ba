import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installTimeoutMs, type OpenBaoServer, startOpenBao } from "secrets-tools/openbao";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { startFakeVault } from "../support/fake-vault.ts";
import { ask, openStore, tokenWith } from "../support/stores.ts";

let server: OpenBaoServer;
let bare: OpenBaoServer;
beforeAll(async () => {
  [server, bare] = await Promise.all([startOpenBao(), startOpenBao({ initialise: false })]);
}, installTimeoutMs);
afterAll(async () => {
  await Promise.all([server?.stop(), bare?.stop()]);
});

const readAll = 'path "secret/data/*" { capabilities = ["read"] }';

describe("V41: a health check", () => {
  test("of an active server says that it is ready, and how long it took", async () => {
    const report = await openStore(server).healthCheck();
    expect(report).toMatchObject({ ok: true, state: "ready" });
    expect(report.latencyMs).toBeGreaterThan(0);
  });

  test("of a token that ends within a minute, and that nobody renews, says so", async () => {
    const report = async (options: Readonly<Record<string, unknown>>) => {
      const token = await tokenWith(server, readAll, options);
      return openStore(server, { token }).healthCheck();
    };
    const expiring = await report({ ttl: "20s", renewable: false });
    expect(expiring).toMatchObject({ ok: true, state: "token-expiring" });
    expect(await report({ ttl: "5m", renewable: false })).toMatchObject({
      ok: true,
      state: "ready",
    });
    const renewable = { ttl: "20s", renewable: true };
    expect(await report(renewable)).toMatchObject({ ok: true, state: "ready" });
  });

  test("of a token that its maximum ends within a minute says so, although it is renewable", async () => {
    const report = async (explicit_max_ttl: string) => {
      const token = await tokenWith(server, readAll, { ttl: "20s", explicit_max_ttl });
      return openStore(server, { token }).healthCheck();
    };
    expect(await report("20s")).toMatchObject({ ok: true, state: "token-expiring" });
    expect(await report("5m")).toMatchObject({ ok: true, state: "ready" });
  });

  test("of a token in a file says so too, unless there is another in it by then", async () => {
    const folder = await mkdtemp(join(tmpdir(), "vault-health-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const path = join(folder, "token");
    const ending = { ttl: "20s", renewable: false };
    await writeFile(path, await tokenWith(server, readAll, ending));
    const store = openStore(server, { auth: { method: "token-file", path } });
    expect(await store.healthCheck()).toMatchObject({ ok: true, state: "token-expiring" });
    await writeFile(path, await tokenWith(server, readAll, ending));
    expect(await store.healthCheck()).toMatchObject({ ok: true, state: "ready" });
  });

  test("of a token that the server does not know says unauthenticated", async () => {
    const report = await openStore(server, { token: "s.unknown" }).healthCheck();
    expect(report).toMatchObject({ ok: false, state: "unauthenticated" });
    expect(report.error?.code).toBe("AUTHENTICATION_FAILED");
  });

  test("of a token that may read some keys is ready, and of one that may read none is denied", async () => {
    const some = 'path "secret/data/app/*" { capabilities = ["read"] }';
    const store = openStore(server, { token: await tokenWith(server, some) });
    expect(await store.healthCheck()).toMatchObject({ ok: true, state: "ready" });
    const none = await tokenWith(server, 'path "other/*" { capabilities = ["read"] }');
    const denied = await openStore(server, { token: none }).healthCheck();
    expect(denied).toMatchObject({ ok: false, state: "denied" });
  });

  test("follows what a token may do from one check to the next", async () => {
    const some = 'path "secret/data/app/*" { capabilities = ["read"] }';
    const token = await tokenWith(server, some);
    const store = openStore(server, { token });
    expect((await store.healthCheck()).ok).toBe(true);
    const { data } = await ask<{ data: { policies: string[] } }>(
      ...([server, "POST", "auth/token/lookup", { token }] as const),
    );
    const policy = 'path "none/*" { capabilities = ["read"] }';
    const name = data.policies.find((each) => each.startsWith("policy-"));
    await ask(server, "PUT", `sys/policies/acl/${name}`, { policy });
    expect(await store.healthCheck()).toMatchObject({ ok: false, state: "denied" });
  });

  test("does not mind what became of the key that it asks for", async () => {
    const store = openStore(server);
    await store.putSecret("health-check", "v");
    expect((await store.healthCheck()).state).toBe("ready");
    await store.deleteSecret("health-check");
    expect(await store.healthCheck()).toMatchObject({ ok: true, state: "ready" });
  });

  test("of a mount that is not there says misconfigured", async () => {
    const report = await openStore(server, { mountPath: "nowhere" }).healthCheck();
    expect(report).toMatchObject({ ok: false, state: "misconfigured" });
  });

  test("of a server that nobody has initialised says so", async () => {
    const store = openStore({ address: bare.address, rootToken: "t" });
    expect(await store.healthCheck()).toMatchObject({ ok: false, state: "uninitialised" });
  });

  test("of a sealed server says so, and of an unsealed one that it is ready again", async () => {
    const store = openStore(server);
    await server.request("PUT", "sys/seal");
    const sealed = await store.healthCheck();
    expect(sealed).toMatchObject({ ok: false, state: "sealed" });
    expect(sealed.error).toMatchObject({ code: "BACKEND_UNAVAILABLE", retryable: true });
    await server.unseal();
    expect(await store.healthCheck()).toMatchObject({ ok: true, state: "ready" });
  });

  test("of a server that cannot be reached, or does not answer, tells the two apart", async () => {
    const nobody = openStore({ address: "http://127.0.0.1:1", rootToken: "t" });
    expect(await nobody.healthCheck()).toMatchObject({ ok: false, state: "network" });
    const vault = await startFakeVault(() => "hang");
    const options = { timeoutMs: 200, deadlineMs: 300 };
    const silent = openStore({ address: vault.address, rootToken: "t" }, options);
    expect(await silent.healthCheck()).toMatchObject({ ok: false, state: "timeout" });
    await vault.stop();
  });

  test("of a server over its quota says throttled (fake)", async () => {
    const vault = await startFakeVault(({ path }) => {
      if (path.startsWith("sys/health")) return { status: 200, body: { initialized: true } };
      return { status: 429, body: { errors: ["rate limit quota exceeded"] } };
    });
    const store = openStore({ address: vault.address, rootToken: "t" }, { maxRetries: 0 });
    expect(await store.healthCheck()).toMatchObject({ ok: false, state: "throttled" });
    await vault.stop();
  });

  test("of a closed store says closed", async () => {
    const store = openStore(server);
    await store.close();
    expect(await store.healthCheck()).toMatchObject({ ok: false, state: "closed" });
  });
});
