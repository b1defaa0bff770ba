import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  installTimeoutMs,
  type OpenBaoOptions,
  type OpenBaoServer,
  startOpenBao,
} from "secrets-tools/openbao";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import type { Provider } from "../../../examples/rotation/src/provider.js";
import { secret } from "../../../examples/rotation/src/rotation.js";
import type { RunOptions } from "../../../examples/rotation/src/run.js";
import {
  callers,
  costsOf,
  failuresOf,
  nothing,
  processes,
  quiet,
  rotations,
  runWith,
  timeLimitMs,
  versionsOf,
} from "./rotation-run.js";

beforeEach(() => vi.stubEnv("ROTATION_STORE", "vault"));
afterEach(() => vi.unstubAllEnvs());

const limitMs = timeLimitMs + installTimeoutMs;
const last = `${rotations + 1}`;

async function start(options: OpenBaoOptions = {}): Promise<OpenBaoServer> {
  const server = await startOpenBao(options);
  onTestFinished(() => server.stop());
  vi.stubEnv("VAULT_TOKEN", server.rootToken); // which the processes inherit
  return server;
}

/** Of what outlives a restart. */
async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "rotation-vault-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** The same rotation, with `VaultSecretStore` in place of the example's own store. No call fails. */
async function runOn(server: OpenBaoServer, options: Partial<RunOptions> = {}) {
  const result = await runWith({
    server: { url: server.address, close: async () => {} },
    ...options,
  });
  expect(failuresOf(result)).toEqual(nothing);
  expect(versionsOf(result)).toEqual(Array(processes).fill(last));
  const { body } = await server.request("GET", `secret/metadata/${secret}`);
  expect(body).toMatchObject({ data: { current_version: rotations + 1 } });
  return result;
}

/** Half-way: ends the server, lets every caller go on without it, and starts it again. */
function restartHalfWay(server: OpenBaoServer, outageMs: number) {
  const pids = new Set([server.pid]);
  const onRotated = async (count: number, provider: Provider) => {
    if (count !== Math.floor(rotations / 2)) return;
    await server.kill();
    const end = performance.now() + outageMs;
    do await quiet(provider, AbortSignal.timeout(limitMs));
    while (performance.now() < end);
    await server.restart();
    pids.add(server.pid);
  };
  return { pids, onRotated };
}

test(
  "a key in OpenBao that is revoked at once fails no call, and costs each process one read",
  async () => {
    const result = await runOn(await start());
    const costs = costsOf(result);
    expect(costs).toHaveLength(processes * rotations);
    for (const { refused, reads } of costs) {
      expect(refused).toBeGreaterThanOrEqual(1);
      expect(refused).toBeLessThanOrEqual(callers);
      expect(reads).toBe(1);
    }
  },
  limitMs,
);

test(
  "nor when OpenBao is ended and started again half-way: the read that follows finds it",
  async () => {
    const server = await start({ storage: await makeFolder() });
    const { pids, onRotated } = restartHalfWay(server, 0);
    const result = await runOn(server, { onRotated });
    expect(pids.size).toBe(2);
    for (const { reads } of costsOf(result)) expect(reads).toBe(1);
  },
  limitMs,
);

test(
  "nor when caches that hold a key for 100 ms have to do without OpenBao for longer",
  async () => {
    vi.stubEnv("NODE_NO_WARNINGS", "1"); // each process would say that it serves what is stale
    const server = await start({ storage: await makeFolder() });
    const { pids, onRotated } = restartHalfWay(server, 1_000);
    const result = await runOn(server, { onRotated, overlap: true, ttlMs: 100 });
    expect(pids.size).toBe(2);
    expect(result.refusals).toEqual(Array(processes).fill(0));
  },
  limitMs,
);
