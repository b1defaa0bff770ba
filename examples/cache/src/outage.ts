import { setTimeout as delay } from "node:timers/promises";
import { SecretManagerBuilder } from "@llm-orchestrator/secrets-builder";
import type { SecretCache } from "@llm-orchestrator/secrets-cache";
import { onWarning, SecretError, type SecretStore } from "@llm-orchestrator/secrets-core";
import { HttpSecretStore } from "./http-secret-store.js";
import { type ServerProcess, startServer } from "./server-process.js";
import { heading, row, timed } from "./terminal.js";

/** Kills the server under a cache that may serve for a minute without it, and starts it again. */
export async function showOutage(server: ServerProcess, path: string, key: string) {
  heading("3. Survive an outage");
  const store = new HttpSecretStore(`http://127.0.0.1:${server.port}`);
  const cache = await new SecretManagerBuilder(store)
    .withCache({ ttlMs: 300, staleIfErrorMs: 60_000 })
    .build();
  await cache.getSecret(key);
  await server.kill();
  row("server process", `${server.pid}, killed`);

  const stop = onWarning(({ code }) => row("warning", code));
  const { reads, failed } = await readUntilStale(cache, key);
  stop();
  row("reads while it is down", `${reads}, of which ${failed} failed`);
  row("past their time, marked stale", cache.stats().staleServed);
  row("without a cache", await codeOf(store, key));
  row("a key that was not held", await codeOf(cache, "other/key"));

  const restarted = await startServer(path, server.port);
  const untilFresh = async () => {
    while ((await cache.getSecret(key)).stale) await delay(5);
  };
  row("server is back, fresh again after", await timed(untilFresh));
  await cache.close();
  await restarted.kill();
}

/** As a busy application does: a read every millisecond. Ends after a hundred stale ones. */
async function readUntilStale(cache: SecretCache, key: string) {
  const count = { reads: 0, failed: 0 };
  while (cache.stats().staleServed < 100 && count.failed === 0) {
    count.reads++;
    await cache.getSecret(key).catch(() => count.failed++);
    await delay(1);
  }
  return count;
}

async function codeOf(store: SecretStore, key: string): Promise<unknown> {
  try {
    return (await store.getSecret(key)).value;
  } catch (error) {
    return SecretError.isInstance(error) ? error.code : error;
  }
}
