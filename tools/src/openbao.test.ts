import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "tsup";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { installTimeoutMs, type OpenBaoServer, startOpenBao, until } from "./openbao.ts";
import { findOpenBao } from "./openbao-binary.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "openbao-test-"));
});
afterEach(() => rm(folder, { recursive: true }));

beforeAll(() => findOpenBao(), installTimeoutMs);

describe("startOpenBao", () => {
  let server: OpenBaoServer | undefined;
  afterEach(() => server?.stop());

  const path = "secret/data/team/key";
  const write = (value: string) => server?.request("POST", path, { data: { value } });
  const read = async () => {
    const reply = await server?.request<{ data: { data: { value: string } } }>("GET", path);
    return reply?.body.data.data.value;
  };
  const isReachable = (address: string) =>
    fetch(`${address}/v1/sys/health`).then(
      () => true,
      () => false,
    );

  test("starts a server with KV version 2, which knows its root token only", async () => {
    server = await startOpenBao();
    expect(await write("one")).toMatchObject({ status: 200, body: { data: { version: 1 } } });
    expect(await write("two")).toMatchObject({ status: 200, body: { data: { version: 2 } } });
    expect(await read()).toBe("two");
    const refused = await server.request("GET", path, undefined, { "x-vault-token": "other" });
    expect(refused.status).toBe(403);
  });

  test("ends with stop, twice if need be, even when frozen", async () => {
    server = await startOpenBao();
    await server.freeze();
    await server.stop();
    await server.stop();
    expect(await isReachable(server.address)).toBe(false);
  });

  test("keeps what is in a folder, and its address and token, through kill and restart", async () => {
    server = await startOpenBao({ storage: folder });
    const { address, pid, rootToken } = server;
    await write("kept");
    await server.kill();
    expect(await isReachable(address)).toBe(false);
    await server.restart();
    expect(await read()).toBe("kept");
    expect(server).toMatchObject({ address, rootToken });
    expect(server.pid).not.toBe(pid);
  });

  test("does not restart what has forgotten everything", async () => {
    server = await startOpenBao();
    await expect(server.restart()).rejects.toThrow("{ storage: folder }");
    expect(await isReachable(server.address)).toBe(true);
  });

  test("answers nothing while frozen, and then what was asked meanwhile", async () => {
    server = await startOpenBao();
    await write("cold");
    await server.freeze();
    let isAnswered = false;
    const answer = read().finally(() => {
      isAnswered = true;
    });
    // The kernel takes the connection; a server that runs answers in a tenth of this time.
    await expect(
      fetch(`${server.address}/v1/sys/health`, { signal: AbortSignal.timeout(250) }),
    ).rejects.toThrow("timeout");
    expect(isAnswered).toBe(false);
    server.thaw();
    expect(await answer).toBe("cold");
  });

  test("says why a server does not start", async () => {
    const file = join(folder, "file");
    await writeFile(file, "no folder");
    await expect(startOpenBao({ storage: file })).rejects.toThrow(/ended by itself[\s\S]*file/);
  });
});

describe("a process that starts servers and is killed", () => {
  let child: ChildProcess | undefined;
  afterEach(() => child?.kill("SIGKILL"));

  test("leaves none behind, not even a frozen one", async () => {
    child = spawn(process.execPath, [await bundleOrphanMaker(folder)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(child.stdout as NodeJS.EventEmitter, "data")) as [Buffer];
    const addresses = JSON.parse(String(line)) as string[];
    expect(await Promise.all(addresses.map(isListening))).toEqual([true, true]);
    child.kill("SIGKILL");
    await until(
      "both servers are gone",
      async () => {
        const listening = await Promise.all(addresses.map(isListening));
        return !listening.includes(true);
      },
      10_000,
    );
  });
});

/** Also of a frozen one, whose connections the kernel takes. */
async function isListening(address: string): Promise<boolean> {
  const socket = connect(Number(new URL(address).port), "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function bundleOrphanMaker(outDir: string): Promise<string> {
  const script = new URL("./openbao-orphan-child.ts", import.meta.url);
  await build({
    ...{ entry: { child: fileURLToPath(script) }, outDir, format: "esm", target: "node20" },
    ...{ config: false, silent: true, clean: false, splitting: false },
    define: { "import.meta.url": JSON.stringify(script.href) }, // where it looks for the program
    outExtension: () => ({ js: ".mjs" }),
  });
  return join(outDir, "child.mjs");
}
