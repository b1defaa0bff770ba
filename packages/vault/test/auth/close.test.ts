import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { installTimeoutMs, type OpenBaoServer, startOpenBao } from "secrets-tools/openbao";
import { build } from "tsup";
import { afterAll, beforeAll, expect, test } from "vitest";
import { VaultSecretStore } from "../../src/index.js";
import { isAlive, key, makeAppRole, makeToken, prepare, value } from "../support/logins.js";
import { type ScriptedVault, startRecordingProxy } from "../support/scripted-vault.js";

let server: OpenBaoServer;
let folder: string;
beforeAll(async () => {
  server = await startOpenBao();
  await prepare(server);
  folder = await mkdtemp(join(tmpdir(), "vault-close-"));
  await buildChild();
}, installTimeoutMs);
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

const tokenOf = ({ requests }: ScriptedVault) => {
  return requests.find(({ path }) => path.startsWith("secret/"))?.token;
};

test.each([
  ["revokes the token of its login", undefined, false],
  ["leaves it where that was asked", false, true],
])("V40: close() %s", async (_, revokeOnClose, lives) => {
  const role = await makeAppRole(server, `own-${lives}`);
  const proxy = await startRecordingProxy(server);
  const auth = { method: "approle", ...role } as const;
  const store = new VaultSecretStore({ address: proxy.address, auth, revokeOnClose });
  await store.getSecret(key);
  await store.close();
  expect(await isAlive(server, tokenOf(proxy))).toBe(lives);
  await expect(store.getSecret(key)).rejects.toMatchObject({ code: "CLOSED" });
  await expect(store.renewToken()).rejects.toMatchObject({ code: "CLOSED" });
  expect(proxy.count(/login$/)).toBe(1);
  await proxy.stop();
});

test("V40: close() never revokes a token that was handed over", async () => {
  const token = await makeToken(server);
  const store = new VaultSecretStore({ address: server.address, token });
  await store.getSecret(key);
  await store.renewToken();
  await store.close();
  expect(await isAlive(server, token)).toBe(true);
});

test("V40: close() also revokes what a login brings that nobody waits for any more", async () => {
  const role = await makeAppRole(server, "landing");
  const caller = new AbortController();
  let land = () => {};
  const landing = new Promise<void>((resolve) => {
    land = resolve;
  });
  const proxy = await startRecordingProxy(server, async ({ path }) => {
    if (!path.endsWith("/login")) return undefined;
    caller.abort(new Error("changed my mind"));
    await landing;
    return undefined;
  });
  const auth = { method: "approle", ...role } as const;
  const store = new VaultSecretStore({ address: proxy.address, auth });
  await expect(store.getSecret(key, { signal: caller.signal })).rejects.toThrow("my mind");
  const closed = store.close();
  land();
  await closed;
  expect(proxy.requests.map(({ path }) => path)).toEqual([
    ...["auth/approle/login", "auth/token/revoke-self"],
  ]);
  expect(await isAlive(server, proxy.requests[1]?.token)).toBe(false);
  await proxy.stop();
});

test("V40: close() of a store that was never used sends nothing", async () => {
  const proxy = await startRecordingProxy(server);
  const auth = { method: "approle", roleId: "r", secretId: "s" } as const;
  await new VaultSecretStore({ address: proxy.address, auth }).close();
  expect(proxy.requests).toHaveLength(0);
  await proxy.stop();
});

async function buildChild(): Promise<void> {
  const script = fileURLToPath(new URL("../support/reads-once.ts", import.meta.url));
  await build({
    ...{ entry: { child: script }, outDir: folder, format: "esm", target: "node20" },
    ...{ config: false, silent: true, clean: false, splitting: false, noExternal: [/./] },
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire("/");',
    },
    outExtension: () => ({ js: ".mjs" }),
    esbuildOptions: (options) => {
      options.conditions = ["@llm-orchestrator/source"];
    },
  });
}

/** What a process prints that reads, and then has nothing more to do. */
async function runChild(what: object): Promise<{ stdout: string; stderr: string }> {
  // Killed, and then this rejects, when it is still there after that time.
  const timeout = { timeout: 20_000, env: { PATH: process.env.PATH } };
  const child = [join(folder, "child.mjs"), JSON.stringify(what)];
  return promisify(execFile)(process.execPath, child, timeout);
}

test.each([true, false])("V40: a process ends by itself, its store closed: %s", async (close) => {
  const role = await makeAppRole(server, `process-${close}`, { token_ttl: "1h" });
  const auth = { method: "approle", ...role };
  const options = { address: server.address, auth };
  expect(await runChild({ options, close })).toEqual({ stdout: value, stderr: "" });
});

test.each([true, false])(
  "V40: nor does a look at its token that hangs keep it, its store closed: %s",
  async (close) => {
    const token = await makeToken(server);
    let look = () => {};
    const isLookedAt = new Promise<void>((resolve) => {
      look = resolve;
    });
    let reads = 0;
    const proxy = await startRecordingProxy(server, async ({ path }) => {
      if (path.startsWith("secret/") && ++reads === 2) await isLookedAt;
      if (!path.endsWith("lookup-self")) return undefined;
      look();
      return "hang";
    });
    const times = { timeoutMs: 120_000, deadlineMs: 120_000 };
    const options = { address: proxy.address, token, ...times };
    expect(await runChild({ options, reads: 2, close })).toEqual({ stdout: value, stderr: "" });
    expect(proxy.count(/lookup-self$/)).toBe(1);
    await proxy.stop();
  },
);
