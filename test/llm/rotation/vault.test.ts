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

interface Outage {
  readonly lastsMs: number;
  /** It begins when every caller sends the next key; else nobody has read it before. */
  readonly afterAllMoved: boolean;
}

/** Half-way: ends the server, lets every caller go on without it, and starts it again. */
function restartHalfWay(server: OpenBaoServer, { lastsMs, afterAllMoved }: Outage) {
  const pids = new Set([server.pid]);
  const signal = AbortSignal.timeout(limitMs);
  const onRotated = async (count: number, provider: Provider, key: string) => {
    if (count !== Math.floor(rotations / 2)) return;
    if (afterAllMoved) await provider.untilEach(processes * callers, { count: 2, key, signal });
    await server.kill();
    const end = performance.now() + lastsMs;
    do await quiet(provider, signal);
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
    const { pids, onRotated } = restartHalfWay(server, { lastsMs: 0, afterAllMoved: false });
    const result = await runOn(server, { onRotated });
    expect(pids.size).toBe(2);
    for (const { reads } of costsOf(result)) expect(reads).toBe(1);
  },
  limitMs,
);

test(
  "nor when caches that hold a key for a second have to do without OpenBao for longer",
  async () => {
    vi.stubEnv("NODE_NO_WARNINGS", "1"); // each process would say that it serves what is stale
    const server = await start({ storage: await makeFolder() });
    const { pids, onRotated } = restartHalfWay(server, { lastsMs: 1_000, afterAllMoved: true });
    const result = await runOn(server, { onRotated, overlap: true, ttlMs: 1_000 });
    expect(pids.size).toBe(2);
    expect(result.refusals).toEqual(Array(processes).fill(0));
  },
  limitMs,
);
