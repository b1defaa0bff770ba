import { toArray } from "@llm-orchestrator/secrets-core";
import { until } from "secrets-tools/openbao";
import { describe, expect, test } from "vitest";
import { aSecret, type Reply } from "../support/scripted-aws.js";
import { onEmulators, scripted } from "../support/servers.js";

const reason = new Error("no longer wanted");
const unavailable = { code: "BACKEND_UNAVAILABLE" };

describe("A31: a server that is no help", () => {
  test.each<[what: string, reply: Reply, most: number]>([
    ["hangs", "hang", 3],
    ["resets", "reset", 3],
    ["sends half", "half", 3],
    ["stands still half-way", "stall", 3],
    ["answers 500", { status: 500, body: "" }, 3],
  ])(
    "and %s: typed, inside the deadline, at most 3 requests, no socket left",
    async (_, reply, most) => {
      const limits = { timeoutMs: 100, deadlineMs: 2_000 };
      const { server, store } = await scripted(() => reply, limits);
      const start = performance.now();
      await expect(store.getSecret("k")).rejects.toMatchObject(unavailable);
      expect(performance.now() - start).toBeLessThan(2_500);
      expect(server.calls.length).toBeLessThanOrEqual(most);
      await store.close();
      await until("no connection is left", async () => (await server.connections()) === 0);
    },
  );

  test("an answer that stands still half-way has the time of one attempt, and the next is made", async () => {
    const { server, store } = await scripted(
      (_, index) => (index === 0 ? "stall" : aSecret("whole")),
      { timeoutMs: 200, deadlineMs: 60_000 },
    );
    expect((await store.getSecret("k")).value.expose()).toBe("whole");
    expect(server.calls).toHaveLength(2);
    const once = await scripted(() => "stall", { timeoutMs: 200, maxAttempts: 1 });
    await expect(once.store.getSecret("k")).rejects.toMatchObject({ reason: "timeout" });
  });

  test("the deadline ends what the attempts do not", async () => {
    const { server, store } = await scripted(() => "hang", { timeoutMs: 60_000, deadlineMs: 200 });
    await expect(store.getSecret("k")).rejects.toMatchObject({ ...unavailable, reason: "timeout" });
    await until("its socket is gone", async () => (await server.connections()) === 0);
  });
});

describe("A32: a call that is cancelled rejects with the caller's reason", () => {
  const calls: readonly [string, (store: Store, signal: AbortSignal) => Promise<unknown>][] = [
    ["a read", (store, signal) => store.getSecret("k", { signal })],
    ["a put", (store, signal) => store.putSecret("k", "v", { signal })],
    ["a batch", (store, signal) => store.getSecrets(["k", "l"], { signal })],
    ["a list", (store, signal) => toArray(store.listSecrets("", { signal }))],
    ["a deletion", (store, signal) => store.deleteSecret("k", { signal })],
  ];
  type Store = Awaited<ReturnType<typeof scripted>>["store"];

  test.each(calls)("%s, before it begins or in flight", async (_, call) => {
    const { server, store } = await scripted(() => "hang");
    await expect(call(store, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(server.calls).toEqual([]);
    const controller = new AbortController();
    const running = call(store, controller.signal).catch((error: unknown) => error);
    await until("the request is there", () => server.calls.length === 1);
    controller.abort(reason);
    expect(await running).toBe(reason);
    await until("its socket is gone", async () => (await server.connections()) === 0);
  });

  test("between two attempts no more is sent", async () => {
    const { server, store } = await scripted(() => ({
      ...{ error: "ThrottlingException", status: 400, headers: { "retry-after": "5" } },
    }));
    const controller = new AbortController();
    const running = store.getSecret("k", { signal: controller.signal }).catch((error) => error);
    await until("it waits for the next attempt", async () => {
      return server.calls.length === 1 && (await server.connections()) === 1;
    });
    controller.abort(reason);
    expect(await running).toBe(reason);
    await store.close();
    expect(server.calls).toHaveLength(1);
  });
});

test("A40: 200 cold reads of 200 keys use no more sockets than are allowed", async () => {
  let most = 0;
  const { server, store } = await scripted(
    async () => {
      most = Math.max(most, await server.connections());
      return aSecret("v");
    },
    { maxSockets: 20 },
  );
  await Promise.all(Array.from({ length: 200 }, (_, index) => store.getSecret(`k${index}`)));
  expect(server.calls).toHaveLength(200);
  expect(most).toBeLessThanOrEqual(20);
});

test("to wait for a connection is no time of an attempt", async () => {
  const limits = { maxSockets: 1, connectTimeoutMs: 1_000, timeoutMs: 20_000, deadlineMs: 60_000 };
  const { server, store } = await scripted(async (_, index) => {
    // The SDK would count that for those who wait.
    if (index === 0) {
      const start = performance.now();
      const isOver = () => performance.now() - start > 1.5 * limits.connectTimeoutMs;
      await until("connecting may take no longer", isOver);
    }
    return aSecret("v");
  }, limits);
  await Promise.all(Array.from({ length: 5 }, (_, index) => store.getSecret(`k${index}`)));
  expect(server.calls).toHaveLength(5);
  const controller = new AbortController();
  const calls = [0, 1, 2].map(() => store.getSecret("k", { signal: controller.signal }));
  controller.abort(reason);
  for (const call of calls) await expect(call).rejects.toBe(reason);
});

describe("A43: health", () => {
  test.each<[reply: Reply, ok: boolean, state: string]>([
    [{ error: "ResourceNotFoundException" }, true, "ready"],
    [{ error: "AccessDeniedException" }, true, "degraded"],
    [{ error: "UnrecognizedClientException" }, false, "unauthenticated"],
    [{ error: "ThrottlingException" }, false, "throttled"],
    [{ status: 503, body: "" }, false, "server"],
    ["reset", false, "network"],
  ])("%j is ok: %j, %s", async (reply, ok, state) => {
    const { store } = await scripted(() => reply, { maxAttempts: 1 });
    expect(await store.healthCheck()).toMatchObject({ ok, state });
  });

  test("with a key of one's own a denial is a denial", async () => {
    const denied: Reply = { error: "AccessDeniedException" };
    const { server, store } = await scripted(() => denied, { healthKey: "prod/canary" });
    expect(await store.healthCheck()).toMatchObject({ ok: false, state: "denied" });
    expect(server.calls[0]?.input.SecretId).toBe("prod/canary");
  });
});

onEmulators((emulated) => {
  test("a server that stands still, goes on and ends", async () => {
    const aws = emulated.store({ timeoutMs: 1_500, deadlineMs: 5_000, maxAttempts: 1 });
    await aws.putSecret("o/k", "v");
    await emulated.server.freeze();
    await expect(aws.getSecret("o/k")).rejects.toMatchObject(unavailable);
    emulated.server.thaw();
    await until("it answers again", () =>
      aws.getSecret("o/k").then(
        () => true,
        () => false,
      ),
    );
    await emulated.server.stop();
    await expect(aws.getSecret("o/k")).rejects.toMatchObject(unavailable);
  });
}, "ministack");
