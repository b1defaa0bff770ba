import { SecretCache } from "@llm-orchestrator/secrets-cache";
import { SecretError } from "@llm-orchestrator/secrets-core";
import { installTimeoutMs, type OpenBaoServer, startOpenBao } from "secrets-tools/openbao";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KvStore } from "./kv-store.ts";

const timeoutMs = 1_000;
const held = Array.from({ length: 10 }, (_, index) => `frozen/held-${index}`);
const others = Array.from({ length: 20 }, (_, index) => `frozen/other-${index}`);

describe("a server that is frozen", () => {
  let server: OpenBaoServer;
  let cache: SecretCache;
  beforeAll(async () => {
    server = await startOpenBao();
    for (const key of [...held, ...others]) {
      await server.request("POST", `secret/data/${key}`, { data: { value: `of ${key}` } });
    }
    const { address, rootToken: token } = server;
    cache = new SecretCache(new KvStore({ address, token, timeoutMs }));
    expect((await cache.preload(held)).secrets.size).toBe(held.length);
    await server.freeze();
  }, installTimeoutMs);
  afterAll(() => cache?.close());
  afterAll(() => server?.stop());

  async function failureOf(read: Promise<unknown>) {
    const startMs = performance.now();
    const error: unknown = await read.catch((thrown: unknown) => thrown);
    const { code, reason } = SecretError.isInstance(error) ? error : {};
    return { code, reason, durationMs: performance.now() - startMs };
  }

  test("costs those who hold nothing the store's own timeout, and those who do nothing", async () => {
    const failures = Promise.all(others.map((key) => failureOf(cache.getSecret(key))));
    const startMs = performance.now();
    for (let round = 0; round < 100; round++) {
      for (const key of held) await cache.getSecret(key);
    }
    expect(performance.now() - startMs).toBeLessThan(timeoutMs); // nobody waited for the server
    expect(cache.stats()).toMatchObject({ hits: 1_000, staleServed: 0 });

    for (const { code, reason, durationMs } of await failures) {
      expect({ code, reason }).toEqual({ code: "BACKEND_UNAVAILABLE", reason: "timeout" });
      expect(durationMs).toBeGreaterThan(timeoutMs - 2); // timers count whole milliseconds
      expect(durationMs).toBeLessThan(timeoutMs + 1_000);
    }
  });

  test("is read again once it goes on", async () => {
    server.thaw();
    const { errors } = await cache.getSecrets(others);
    expect([...errors]).toEqual([]);
  });
});
