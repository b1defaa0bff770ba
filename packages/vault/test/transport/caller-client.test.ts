import { createRequire } from "node:module";
import { toArray } from "@llm-orchestrator/secrets-core";
import { assertNoLeak } from "@llm-orchestrator/secrets-testing";
import { installTimeoutMs, type OpenBaoServer, startOpenBao } from "secrets-tools/openbao";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type NodeVaultClient, VaultSecretStore } from "../../src/index.js";
import { type FakeAnswer, startFakeVault } from "../support/fake-vault.ts";
import { codeOf, failure } from "../support/stores.ts";

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
  await Promise.all(opened.splice(0).map((store) => store.close()));
});
function open(endpoint: string, token: string, options = {}): VaultSecretStore {
  const client = nodeVault({ endpoint, token });
  const store = new VaultSecretStore({ client, ...options });
  opened.push(store);
  return store;
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
