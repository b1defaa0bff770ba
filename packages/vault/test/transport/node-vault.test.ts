import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { NodeVault } from "../../src/node-vault.ts";
import { secretAnswer, startFakeVault } from "../support/fake-vault.ts";
import { openStore } from "../support/stores.ts";

const require = createRequire(import.meta.url);
const nodeVault = require("node-vault") as (options: object) => Record<string, unknown>;
const address = "http://127.0.0.1:1";
const reply = { status: 200, headers: {}, body: { data: {} } };

describe("node-vault", () => {
  test("is tested at both ends of the range that is allowed", async () => {
    const own = new URL("../../package.json", import.meta.url);
    const { dependencies } = JSON.parse(await readFile(own, "utf8"));
    const { version } = require("node-vault/package.json") as { version: string };
    // When a newer one is installed, the oldest has to be installed beside it, and both tested here.
    expect(dependencies["node-vault"]).toBe(`^${version}`);
  });

  test("carries each operation to the transport, which alone has token and namespace", async () => {
    const client = await NodeVault.open(address);
    for (const method of ["GET", "POST", "PATCH", "LIST", "DELETE", "PUT", "SCAN"] as const) {
      const seen: unknown[] = [];
      const json = ["POST", "PATCH", "PUT"].includes(method) ? { a: 1 } : undefined;
      const answered = await client.run(
        { method, path: "secret/data/a%20b", json },
        async (input) => {
          seen.push(input);
          return reply;
        },
      );
      expect(answered).toBe(reply);
      const url = new URL(`${address}/v1/secret/data/a%20b`);
      expect(seen).toEqual([{ method, url, json }]);
    }
  });

  test("lets the transport's own error through, undefined included", async () => {
    const client = await NodeVault.open(address);
    for (const reason of [new Error("x"), undefined, null, "text"]) {
      const run = client.run({ method: "GET", path: "a" }, () => Promise.reject(reason));
      const thrown = await run.then(
        () => "nothing",
        (error: unknown) => error,
      );
      expect(thrown).toBe(reason);
    }
  });

  test.each<[what: string, load: () => Promise<unknown>]>([
    [
      "ignores the transport",
      async () => (options: object) => nodeVault({ ...options, "request-promise": undefined }),
    ],
    [
      "calls it without what was passed",
      async () => (options: { "request-promise": { defaults(): (input: object) => unknown } }) => {
        const transport = options["request-promise"].defaults();
        const call = () => Promise.resolve(transport({ method: "GET", uri: `${address}/v1/x` }));
        return { read: call, write: call, list: call, delete: call, request: call, update: call };
      },
    ],
    ["never calls it", async () => () => ({ read: async () => ({ data: {} }) })],
    ["lacks the methods", async () => () => ({})],
    ["makes nothing", async () => () => undefined],
    ["is no function", async () => ({ default: { name: "node-vault" } })],
    ["cannot be loaded", () => Promise.reject(new Error("Cannot find package"))],
  ])("that %s is CONFIGURATION before any token exists", async (_, load) => {
    await expect(NodeVault.open(address, load)).rejects.toMatchObject({
      ...{ code: "CONFIGURATION", reason: "transport-bypassed" },
    });
  });

  test("takes nothing from the environment: no address, token, namespace, prefix, proxy", async () => {
    const trap = await startFakeVault(() => ({ status: 200, body: {} }));
    const vault = await startFakeVault(() => secretAnswer("v"));
    const variables = {
      ...{ VAULT_ADDR: trap.address, VAULT_TOKEN: "s.ambient", VAULT_NAMESPACE: "ambient" },
      ...{ VAULT_PREFIX: "/prefix", HTTP_PROXY: trap.address, http_proxy: trap.address },
      ...{ HTTPS_PROXY: trap.address, ALL_PROXY: trap.address, NODE_USE_ENV_PROXY: "1" },
    };
    Object.assign(process.env, variables);
    try {
      const store = openStore({ address: vault.address, rootToken: "s.given" });
      expect((await store.getSecret("a/b")).value.expose()).toBe("v");
    } finally {
      for (const name of Object.keys(variables)) delete process.env[name];
    }
    const [request] = vault.requests;
    expect([trap.requests.length, vault.requests.length, request?.path]).toEqual([
      0,
      1,
      "secret/data/a/b",
    ]);
    expect(request?.headers["x-vault-token"]).toBe("s.given");
    expect(request?.headers["x-vault-namespace"]).toBe(undefined);
    await Promise.all([trap.stop(), vault.stop()]);
  });
});
