import { createRequire } from "node:module";
import { toArray } from "@llm-orchestrator/secrets-core";
import { assertNoLeak } from "@llm-orchestrator/secrets-testing";
import { installTimeoutMs, type OpenBaoServer, startOpenBao, until } from "secrets-tools/openbao";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { type NodeVaultClient, VaultSecretStore } from "../../src/index.js";
import { type FakeAnswer, startFakeVault } from "../support/fake-vault.ts";
import { ask, codeOf, failure, openStore } from "../support/stores.ts";

const nodeVault = createRequire(import.meta.url)("node-vault") as (
  options: object,
) => NodeVaultClient;

let server: OpenBaoServer;
beforeAll(async () => {
  server = await startOpenBao();
}, installTimeoutMs);
afterAll(() => server?.stop());

const opened: VaultSecretStore[] = [];
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(opened.splice(0).map((store) => store.close()));
});
function open(endpoint: string, token: string, options = {}): VaultSecretStore {
  const client = nodeVault({ endpoint, token });
  const store = new VaultSecretStore({ client, ...options });
  opened.push(store);
  return store;
}

/** JSON as it stands, which no object of JavaScript could be. */
async function rawPost(path: string, body: string): Promise<void> {
  const headers = { "x-vault-token": server.rootToken };
  const reply = await fetch(`${server.address}/v1/${path}`, { method: "POST", headers, body });
  expect(reply.ok).toBe(true);
}

describe("a client of the caller's", () => {
  test("serves every operation", async () => {
    const store = open(server.address, server.rootToken);
    await store.putSecret("a b/é", "1", { description: "d", tags: { x: "y" } });
    const rotated = await store.rotateSecret("a b/é", { generate: () => "2", minting: true });
    expect(rotated.version).toBe("2");
    expect((await store.getSecret("a b/é")).tags).toEqual({ x: "y" });
    expect(await toArray(store.listSecrets())).toEqual(["a b/é"]);
    expect((await store.describeSecret("a b/é")).lastRotatedAt).toBe(rotated.createdAt);
    await store.deleteSecret("a b/é");
    expect(await codeOf(store.getSecret("a b/é"))).toBe("NOT_FOUND deleted");
    await store.restoreSecret("a b/é");
    await store.finalizeRotation("a b/é");
    await store.deleteSecret("a b/é", { mode: "permanent" });
    expect(await toArray(store.listSecrets())).toEqual([]);
    expect(await store.healthCheck()).toMatchObject({ ok: true, state: "ready" });
  });

  test("has no headers, so a deletion a little ahead of this machine's clock is one", async () => {
    const store = open(server.address, server.rootToken);
    await store.putSecret("skewed", "v");
    await store.deleteSecret("skewed");
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 30_000 });
    expect((await store.getSecretVersions("skewed"))[0]?.state).toBe("deleted");
    await store.restoreSecret("skewed");
    vi.useRealTimers();
    expect((await store.getSecret("skewed")).value.expose()).toBe("v");
    await store.deleteSecret("skewed", { mode: "permanent" });
  });

  test.each([1, 2] as const)(
    "prints numbers as JavaScript does, so what would change in version %i is refused",
    async (kvVersion) => {
      const mountPath = `numbers${kvVersion}`;
      const options = { version: String(kvVersion) };
      await ask(server, "PUT", `sys/mounts/${mountPath}`, { type: "kv", options });
      const own = openStore(server, { mountPath, kvVersion });
      await until("the mount is there", () =>
        own.putSecret("map", '{"price":1.10,"user":"u"}', { map: true }).then(
          () => true,
          () => false,
        ),
      );
      const store = open(server.address, server.rootToken, { mountPath, kvVersion });
      const json = async () => JSON.parse((await own.getSecret("map")).value.expose()) as unknown;
      await store.putSecret("map", '{"price":1.10,"user":"u","deep":[2.50]}', { map: true });
      expect(await json()).toEqual({ price: 1.1, user: "u", deep: [2.5] });
      if (kvVersion === 2) await store.putSecret("map", "w", { field: "user" });
      const long = '{"id":12345678901234567890,"user":"u"}';
      const refused = store.putSecret("map", long, { map: true });
      expect(await codeOf(refused)).toBe("INVALID_SECRET inexact-number");
      const path = kvVersion === 1 ? `${mountPath}/map` : `${mountPath}/data/map`;
      // As another client writes it: 12345678901234567890 may be a neighbour's value.
      await rawPost(path, kvVersion === 1 ? long : `{"data":${long}}`);
      if (kvVersion === 2) {
        const beside = store.putSecret("map", "w", { field: "user" });
        expect(await codeOf(beside)).toBe("INVALID_SECRET inexact-number");
        expect((await own.getSecret("map")).version).toBe("4");
      }
    },
  );

  test("has its failures told apart, below sys/health too", async () => {
    const store = open(server.address, server.rootToken);
    await store.putSecret("x/sys/health", "v");
    expect((await store.getSecret("x/sys/health")).value.expose()).toBe("v");
    expect(await codeOf(store.getSecret("y/sys/health"))).toBe("NOT_FOUND absent");
    expect(await codeOf(store.getSecret("y"))).toBe("NOT_FOUND absent");
    const put = store.putSecret("x/sys/health", "w", { expectedVersion: "9" });
    expect(await codeOf(put)).toBe("CONFLICT");
    const stranger = open(server.address, "s.none-of-yours");
    expect(await codeOf(stranger.getSecret("y"))).toBe("AUTHENTICATION_FAILED token");
    expect(await codeOf(stranger.getSecret("y/sys/health"))).toMatch(
      /^(?:AUTHENTICATION_FAILED|PERMISSION)/,
    );
    expect(await codeOf(open("http://127.0.0.1:1", "t").getSecret("y"))).toBe(
      "BACKEND_UNAVAILABLE network",
    );
  });

  test.each<[what: string, answer: FakeAnswer, code: RegExp]>([
    [
      "half of the JSON",
      { status: 200, body: '{"data":{"data":{"value":"v' },
      /^BACKEND_UNAVAILABLE malformed/,
    ],
    ["a page", { status: 200, body: "<html>" }, /^BACKEND_UNAVAILABLE malformed/],
    ["an empty body", { status: 200 }, /^BACKEND_UNAVAILABLE malformed/],
    ["a page with 404", { status: 404, body: "<html>" }, /^BACKEND_UNAVAILABLE malformed/],
    ["a page with 502", { status: 502, body: "<html>" }, /^BACKEND_UNAVAILABLE server/],
    [
      "a sealed server",
      { status: 503, body: { errors: ["Vault is sealed"] } },
      /^BACKEND_UNAVAILABLE sealed/,
    ],
    ["the end of the connection", "drop", /^BACKEND_UNAVAILABLE network/],
    ["nothing", "hang", /^BACKEND_UNAVAILABLE timeout/],
  ])(
    "is told by %s what its own transport would be, and shows nothing of it",
    async (_, answer, code) => {
      const token = "s.canary-of-a-client-9b1c";
      const value = "canary-value-of-a-client-77";
      const vault = await startFakeVault(() => answer);
      const options = { timeoutMs: 200, deadlineMs: 300, maxRetries: 0 };
      const store = open(vault.address, token, options);
      const read = await failure(store.getSecret("a"));
      expect(`${read.code} ${read.reason}`).toMatch(code);
      const errors = [read, await failure(store.putSecret("a", value)), store];
      await assertNoLeak({ errors }, [token, value], { slowChannels: false });
      await vault.stop();
    },
  );

  test("is left waiting when the caller leaves", async () => {
    const vault = await startFakeVault(() => "hang");
    const controller = new AbortController();
    const read = open(vault.address, "t").getSecret("a", { signal: controller.signal });
    while (vault.requests.length === 0) await new Promise(setImmediate);
    controller.abort(new Error("no longer wanted"));
    await expect(read).rejects.toThrow("no longer wanted");
    await vault.stop();
  });

  test.each<[what: string, options: object]>([
    ["an address too", { address: "https://vault.example", client: nodeVault({}) }],
    ["a token too", { token: "t", client: nodeVault({}) }],
    ["a namespace too", { namespace: "a", client: nodeVault({}) }],
    ["TLS too", { tls: {}, client: nodeVault({}) }],
    ["what is no client", { client: { read() {} } }],
    ["nothing in its place", { client: null }],
  ])("with %s is CONFIGURATION", (_, options) => {
    expect(() => new VaultSecretStore(options)).toThrow(
      expect.objectContaining({ code: "CONFIGURATION" }),
    );
  });
});
