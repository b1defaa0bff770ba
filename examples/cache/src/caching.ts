import { setTimeout as delay } from "node:timers/promises";
import { SecretManagerBuilder } from "@llm-orchestrator/secrets-builder";
import { SecretCache } from "@llm-orchestrator/secrets-cache";
import { HttpSecretStore } from "./http-secret-store.js";
import { heading, row, timed } from "./terminal.js";

/** What a cache is for: the second reader, and the thousandth, ask nobody. */
export async function showCaching(url: string, key: string): Promise<void> {
  heading("1. Keep what was read");
  const cache = await new SecretManagerBuilder(new HttpSecretStore(url)).withCache().build();
  row("first call, a miss", await timed(() => cache.getSecret(key)));
  row("second call, a hit", await timed(() => cache.getSecret(key)));
  row("peekSecret, without a promise", cache.peekSecret(key)?.value);

  cache.invalidate(key);
  row("held after invalidate", cache.size);
  const before = cache.stats().backendCalls;
  await Promise.all(Array.from({ length: 1_000 }, () => cache.getSecret(key)));
  row("requests of 1,000 misses at once", cache.stats().backendCalls - before);

  for (let count = 0; count < 9_000; count++) await cache.getSecret(key);
  const { hitRate, totalAccesses, hits, misses, backendCalls } = cache.stats();
  row("hit rate", `${hitRate.toFixed(2)} %`);
  row("total accesses", `${totalAccesses}: ${hits} hits, ${misses} misses`);
  row("requests sent in all", backendCalls);
  cache.clear();
  row("held after clear", cache.size);
  await cache.close();
  await showCleanup(url, key);
}

async function showCleanup(url: string, key: string): Promise<void> {
  const cache = new SecretCache(new HttpSecretStore(url), { ttlMs: 50 });
  await cache.getSecret(key);
  while (cache.peekSecret(key)) await delay(10);
  row("taken out by cleanupExpired", cache.cleanupExpired());
  await cache.close();
}
