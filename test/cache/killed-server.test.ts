import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SecretCache, type SecretCacheOptions } from "@llm-orchestrator/secrets-cache";
import { onWarning, type SecretWarning } from "@llm-orchestrator/secrets-core";
import { installTimeoutMs, type OpenBaoServer, startOpenBao, until } from "secrets-tools/openbao";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DatedStore } from "./dated-store.ts";
import { Readers, type ReadRecord } from "./readers.ts";

const ttlMs = 300;
/** The age of a refresh counts from when it was due, a moment before it is sent. */
const dispatchMs = 100;
const keys = Array.from({ length: 10 }, (_, index) => `killed/key-${index}`);

describe("a server that is killed while its secrets are read", () => {
  let folder: string;
  let server: OpenBaoServer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "killed-server-"));
    server = await startOpenBao({ storage: folder });
    for (const key of keys) {
      await server.request("POST", `secret/data/${key}`, { data: { value: `of ${key}` } });
    }
  }, installTimeoutMs);
  afterAll(async () => {
    await server?.stop();
    await rm(folder, { recursive: true });
  });

  let store: DatedStore;
  let readers: Readers;
  let warnings: SecretWarning[];
  beforeEach(async () => {
    await server.restart();
    store = new DatedStore({ address: server.address, token: server.rootToken });
    warnings = [];
    return onWarning((warning) => warnings.push(warning)); // which keeps them off the terminal too
  });
  afterEach(async () => {
    await readers?.stop();
    await store?.close();
  });

  /** Lets readers read through a cache until each has got something, then kills. */
  async function killWhileReading(options: SecretCacheOptions): Promise<{ killedMs: number }> {
    readers = new Readers(new SecretCache(store, { ttlMs, jitter: false, ...options }), keys);
    await until("all have been read", () => areAll(({ code }) => code === undefined));
    const killedMs = performance.now();
    await server.kill();
    return { killedMs };
  }

  /** Whether the newest read of every key is like this. */
  function areAll(test: (read: ReadRecord) => boolean): boolean {
    return keys.every((key) => {
      const newest = readers.newest.get(key);
      return newest !== undefined && test(newest);
    });
  }

  const errorCodes = () => [...new Set(readers.reads.flatMap(({ code }) => code ?? []))];

  test("is missed by nobody within staleIfErrorMs, and by everybody after it", async () => {
    const staleIfErrorMs = 1_500;
    const { killedMs } = await killWhileReading({ staleIfErrorMs });
    const { reads } = readers;
    await until("1,000 reads have failed", () => reads.length - countGood(reads) >= 1_000);

    const endOf = (key: string) => (store.askedAtMs.get(key) as number) + ttlMs;
    const inTime = reads.filter(
      ({ key, endMs }) => endMs < endOf(key) + staleIfErrorMs - dispatchMs,
    );
    expect(inTime.length).toBeGreaterThan(1_000);
    expect(inTime.filter(({ code }) => code !== undefined)).toEqual([]);

    const pastTtl = inTime.filter(({ key, startMs }) => startMs > endOf(key));
    expect(pastTtl.length).toBeGreaterThan(0);
    expect(pastTtl.filter(({ isStale }) => !isStale)).toEqual([]);
    expect(reads.filter(({ endMs, isStale }) => endMs < killedMs && isStale)).toEqual([]);
    expect(new Set(warnings.map(({ code }) => code))).toEqual(new Set(["STALE_SECRET_SERVED"]));

    const afterwards = reads.filter(({ key, startMs }) => startMs > endOf(key) + staleIfErrorMs);
    expect(afterwards.length).toBeGreaterThan(900);
    expect(countGood(afterwards)).toBe(0);
    expect(errorCodes()).toEqual(["BACKEND_UNAVAILABLE"]);
  });

  test("is used again within a second of its return by those who had nothing left", async () => {
    await killWhileReading({});
    await until("all reads fail", () => areAll(({ code }) => code !== undefined));
    await server.restart();
    const healthyMs = performance.now();
    await until("all can be read", () => areAll(({ code }) => code === undefined));
    expect(performance.now() - healthyMs).toBeLessThan(1_000);
    expect(errorCodes()).toEqual(["BACKEND_UNAVAILABLE"]);
  });

  test("is used again within a second of its return by those who were served stale", async () => {
    await killWhileReading({ staleIfErrorMs: 20_000 });
    await until("all reads are stale", () => areAll(({ isStale }) => isStale));
    await server.restart();
    const healthyMs = performance.now();
    await until("no read is stale", () => areAll(({ isStale }) => !isStale));
    expect(performance.now() - healthyMs).toBeLessThan(1_000);
    expect(errorCodes()).toEqual([]);
  });
});

function countGood(reads: readonly ReadRecord[]): number {
  return reads.filter(({ code }) => code === undefined).length;
}
