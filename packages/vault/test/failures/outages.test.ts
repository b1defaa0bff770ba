import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onAudit } from "@llm-orchestrator/secrets-core";
import { type FaultProxy, type Faults, startFaultProxy } from "secrets-tools/fault-proxy";
import { installTimeoutMs, type OpenBaoServer, startOpenBao, until } from "secrets-tools/openbao";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startFakeVault } from "../support/fake-vault.ts";
import { codeOf, failure, openStore } from "../support/stores.ts";

let folder: string;
let server: OpenBaoServer;
let proxy: FaultProxy;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vault-outages-"));
  server = await startOpenBao({ storage: folder });
  proxy = await startFaultProxy(Number(new URL(server.address).port));
  await openStore(server).putSecret("a", "value of a");
}, installTimeoutMs);
afterAll(async () => {
  await proxy?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

const viaProxy = (options = {}) =>
  openStore({ address: `http://${proxy.address}`, rootToken: server.rootToken }, options);

describe("outages", () => {
  test("V31: a server sealed mid-session is said to be, at once and untried; unsealed it serves again", async () => {
    const store = openStore(server);
    await store.getSecret("a");
    await server.request("PUT", "sys/seal");
    const attempts: number[] = [];
    const durations: number[] = [];
    const stop = onAudit((event) => attempts.push(event.attempts));
    for (let count = 0; count < 10; count++) {
      const start = performance.now();
      const error = await failure(store.getSecret("a"));
      durations.push(performance.now() - start);
      expect([error.code, error.reason, error.retryable]).toEqual([
        "BACKEND_UNAVAILABLE",
        "sealed",
        true,
      ]);
    }
    stop();
    expect(new Set(attempts)).toEqual(new Set([1]));
    expect(Math.min(...durations)).toBeLessThan(50);
    expect(await codeOf(store.putSecret("a", "v"))).toBe("BACKEND_UNAVAILABLE sealed");
    await server.unseal();
    expect((await store.getSecret("a")).value.expose()).toBe("value of a");
  });

  test("V32: a server that was killed is unavailable, and after its restart the same store works", async () => {
    const store = openStore(server);
    await store.getSecret("a");
    await server.kill();
    for (let count = 0; count < 3; count++) {
      expect(await codeOf(store.getSecret("a"))).toBe("BACKEND_UNAVAILABLE network");
    }
    expect(await codeOf(store.putSecret("a", "v"))).toBe("BACKEND_UNAVAILABLE network");
    expect(await store.healthCheck()).toMatchObject({ ok: false, state: "network" });
    await server.restart();
    expect((await store.getSecret("a")).value.expose()).toBe("value of a");
  });

  test.each<[what: string, faults: Faults]>([
    ["reset", { reset: true }],
    ["cut in the middle of the answer", { cutAfterBytes: 60 }],
  ])(
    "V32: connections that are %s are tried again within the deadline, until they hold",
    async (_, faults) => {
      const store = viaProxy({ maxRetries: 10, deadlineMs: 20_000 });
      const before = proxy.acceptedConnections;
      proxy.set(faults);
      const read = store.getSecret("a");
      await until("two attempts failed", () => proxy.acceptedConnections >= before + 2);
      proxy.set({});
      expect((await read).value.expose()).toBe("value of a");
    },
  );

  test.each<[what: string, faults: Faults]>([
    ["400 ms late", { latencyMs: 400 }],
    ["in slices of 3 bytes", { sliceBytes: 3 }],
    ["at 4 KB a second", { bytesPerSecond: 4_096 }],
  ])("V32: an answer that comes %s is whole", async (_, faults) => {
    proxy.set(faults);
    expect((await viaProxy().getSecret("a")).value.expose()).toBe("value of a");
    proxy.set({});
  });

  test("V34: without a leader it is BACKEND_UNAVAILABLE, after its retries (fake)", async () => {
    const errors = ["local node not active but active cluster node not found"];
    const vault = await startFakeVault(() => ({ status: 500, body: { errors } }));
    const store = openStore({ address: vault.address, rootToken: "t" });
    expect(await codeOf(store.getSecret("a"))).toBe("BACKEND_UNAVAILABLE no-leader");
    expect(vault.requests).toHaveLength(3);
    await vault.stop();
  });

  test("a frozen server ends every call by its deadline, and answers again when it goes on", async () => {
    const store = openStore(server, { timeoutMs: 300, deadlineMs: 700 });
    await store.getSecret("a");
    await server.freeze();
    const start = performance.now();
    const calls = [
      store.getSecret("a"),
      store.putSecret("frozen", "v", { tags: { a: "b" } }),
      store.describeSecret("a"),
      store.rotateSecret("a", { generate: () => "new" }),
      store.listSecrets()[Symbol.asyncIterator]().next(),
    ];
    const codes = await Promise.all(calls.map((call) => codeOf(call)));
    const { errors } = await store.getSecrets(
      Array.from({ length: 100 }, (_, index) => `k${index}`),
    );
    const elapsed = performance.now() - start;
    server.thaw();
    expect(new Set(codes)).toEqual(new Set(["BACKEND_UNAVAILABLE timeout"]));
    expect([...errors.values()].every(({ reason }) => reason === "timeout")).toBe(true);
    expect(elapsed).toBeLessThan(5_000); // one batch, one deadline: not ten
    expect((await store.getSecret("a")).value.expose()).toBe("value of a");
  });
});
