import { SecretCache } from "@llm-orchestrator/secrets-cache";
import { installTimeoutMs, type OpenBaoServer, startOpenBao } from "secrets-tools/openbao";
import { size } from "secrets-tools/test-size";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkHistory, type Rule } from "./history-checker.ts";
import { type HistoryCache, runClients } from "./history-clients.ts";
import { KvStore } from "./kv-store.ts";
import { StaleCache } from "./stale-cache.ts";

/** Short, so that secrets expire and are refreshed all the time. */
const ttlMs = 200;

let server: OpenBaoServer;
let store: KvStore;
beforeAll(async () => {
  server = await startOpenBao();
  store = new KvStore({ address: server.address, token: server.rootToken });
}, installTimeoutMs);
afterAll(() => store?.close());
afterAll(() => server?.stop());

async function violationsIn(cache: HistoryCache, operationCount: number) {
  const { events } = await runClients({ cache, server, operationCount, seed: 1 });
  const violations = checkHistory(events, ttlMs);
  const counts: Partial<Record<Rule, number>> = {};
  for (const { rule } of violations) counts[rule] = (counts[rule] ?? 0) + 1;
  return { counts, examples: violations.slice(0, 3) };
}

describe("a history of 16 clients on 16 keys of a real server", { timeout: 300_000 }, () => {
  test("shows no departure from what the cache promises", async () => {
    const cache = new SecretCache(store, { ttlMs, negativeTtlMs: 50, maxEntries: 12 });
    const violations = await violationsIn(cache, size(10_000, 100_000));
    expect(violations).toEqual({ counts: {}, examples: [] });

    const { hits, expirations, refreshes, evictions } = cache.stats();
    expect(Math.min(hits, expirations, refreshes, evictions)).toBeGreaterThan(0);
  });

  test("control: shows that a cache is wrong which lets go before a write only", async () => {
    const { counts } = await violationsIn(new StaleCache(store, ttlMs), 5_000);
    expect(counts["older than a write that had resolved"]).toBeGreaterThan(0);
  });
});
