import { getEventListeners } from "node:events";
import { toArray } from "@llm-orchestrator/secrets-core";
import { until } from "secrets-tools/openbao";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Connection } from "../../src/connection.ts";
import { type FakeAnswer, type FakeVault, startFakeVault } from "../support/fake-vault.ts";
import { openStore } from "../support/stores.ts";

let answer: FakeAnswer;
let vault: FakeVault;
let timersBefore: number;
beforeEach(async () => {
  vault = await startFakeVault(() => answer);
  timersBefore = timers();
});
afterEach(() => vault.stop());

/** Timers that would keep the process alive. */
function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
}

/** No attempt ends by itself on a slow machine, and nothing is sent that the test did not ask for. */
const patient = {
  ...{ timeoutMs: 60_000, deadlineMs: 60_000 },
  auth: { method: "token", token: "t", lookUp: false },
} as const;
const open = (options = {}) =>
  openStore({ address: vault.address, rootToken: "" }, { ...patient, ...options });
const slow: FakeAnswer = { status: 503, headers: { "retry-after": "3" }, body: "" };
const reason = new Error("no longer wanted");

/** What a call rejects with when it is cancelled in that moment, and how soon. */
async function cancel(
  call: (signal: AbortSignal) => Promise<unknown>,
  moment: () => boolean,
): Promise<void> {
  const controller = new AbortController();
  const running = call(controller.signal);
  const outcome = running.then(
    () => "resolved",
    (error: unknown) => error,
  );
  await until("the call is so far", moment);
  controller.abort(reason);
  const start = performance.now();
  expect(await outcome).toBe(reason);
  expect(performance.now() - start).toBeLessThan(1_000);
}

describe("V37: a call that is cancelled", () => {
  test.each<[what: string, call: (signal: AbortSignal) => Promise<unknown>]>([
    ["a read", (signal) => open().getSecret("a", { signal })],
    ["a put", (signal) => open().putSecret("a", "v", { signal })],
    ["a list", (signal) => toArray(open().listSecrets("", { signal }))],
    ["a rotation", (signal) => open().rotateSecret("a", { generate: () => "x", signal })],
    ["the end of a rotation", (signal) => open().finalizeRotation("a", { signal })],
    ["a health check", (signal) => open().healthCheck({ signal })],
  ])(
    "%s, before it begins or while its request waits, leaves no socket and no timer",
    async (_, call) => {
      answer = "hang";
      await expect(call(AbortSignal.abort(reason))).rejects.toBe(reason);
      expect(vault.requests).toEqual([]);
      await cancel(call, () => vault.requests.length === 1);
      await until("its socket and timers are gone", () => {
        return vault.openConnections === 0 && timers() <= timersBefore;
      });
      expect(vault.requests).toHaveLength(1);
    },
  );

  test("between two attempts sends no more", async () => {
    answer = slow;
    const store = open();
    await cancel(
      (signal) => store.getSecret("a", { signal }),
      () => vault.requests.length === 1 && timers() > timersBefore,
    );
    await store.close();
    await until("timers and sockets are gone", () => {
      return vault.openConnections === 0 && timers() <= timersBefore;
    });
    expect(vault.requests).toHaveLength(1);
  });

  test("while it logs in leaves at once; the login goes on for the others", async () => {
    answer = "hang";
    const auth = { method: "userpass", username: "u", password: "p" } as const;
    const store = open({ auth, deadlineMs: 600, timeoutMs: 600, revokeOnClose: false });
    const other = store.getSecret("b").catch((error: { code: string }) => error.code);
    await cancel(
      (signal) => store.getSecret("a", { signal }),
      () => vault.requests.length === 1,
    );
    expect(await other).toBe("BACKEND_UNAVAILABLE");
    expect(vault.requests.every(({ path }) => path.startsWith("auth/"))).toBe(true);
    await store.close();
    await until("its sockets and timers are gone", () => {
      return vault.openConnections === 0 && timers() <= timersBefore;
    });
  });

  test("while it waits for a free connection is never sent", async () => {
    answer = "hang";
    const store = open();
    const first = new AbortController();
    const many = Array.from({ length: 64 }, (_, index) => {
      return store.getSecret(`k${index}`, { signal: first.signal }).catch(() => {});
    });
    await until("all connections are taken", () => vault.requests.length === 64);
    await cancel(
      (signal) => store.getSecret("queued", { signal }),
      () => true,
    );
    first.abort(reason);
    await Promise.all(many);
    await until("sockets and timers are gone", () => {
      return vault.openConnections === 0 && timers() <= timersBefore;
    });
    expect(vault.requests.some(({ path }) => path.includes("queued"))).toBe(false);
  });
});

test("V37: a signal that a batch, a long listing or 200 calls at once share has one listener, then none", async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on("warning", onWarning);
  const names = Array.from({ length: 60 }, (_, index) => `f${index}/`);
  const folders = await startFakeVault(({ method, path }) => {
    if (method === "SCAN") return { status: 405, body: { errors: [] } };
    const keys = path.endsWith("metadata") ? names : ["k"];
    return method === "LIST" ? { status: 200, body: { data: { keys } } } : { status: 502 };
  });
  const store = openStore(
    { address: folders.address, rootToken: "t" },
    { concurrency: 50, maxRetries: 0 },
  );
  const { signal } = new AbortController();
  expect(await toArray(store.listSecrets("", { signal }))).toHaveLength(60);
  const { errors } = await store.getSecrets(
    names.map((name) => `${name}k`),
    { signal },
  );
  expect(errors.size).toBe(60);
  const reads = Array.from({ length: 200 }, () => store.getSecret("k", { signal }));
  const listeners = () => getEventListeners(signal, "abort").length;
  expect(listeners()).toBe(1);
  expect((await Promise.allSettled(reads)).every(({ status }) => status === "rejected")).toBe(true);
  expect(listeners()).toBe(0);
  await new Promise(setImmediate);
  process.off("warning", onWarning);
  expect(warnings).toEqual([]);
  await folders.stop();
});

test("V37: a listing that is left early cancels the folders that it asked for ahead", async () => {
  const tree = await startFakeVault(({ method, path }) => {
    if (method === "SCAN") return { status: 405, body: { errors: [] } };
    if (path.endsWith("metadata"))
      return { status: 200, body: { data: { keys: ["a/", "b/", "c/"] } } };
    return path.endsWith("a") ? { status: 200, body: { data: { keys: ["k"] } } } : "hang";
  });
  const store = openStore({ address: tree.address, rootToken: "" }, patient);
  for await (const key of store.listSecrets()) {
    expect(key).toBe("a/k");
    await until("two are asked for ahead", () => tree.requests.length === 5);
    break;
  }
  await until("only what was answered is kept", () => tree.openConnections <= 1);
  await tree.stop();
});

test("V37: a connection that is in use when all are closed ends with its answer", async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const server = await startFakeVault(async () => {
    await held;
    return { status: 200, body: {} };
  });
  const connection = new Connection(async () => ({}));
  const url = new URL(`${server.address}/v1/a`);
  const sent = connection.send({
    method: "GET",
    url,
    headers: {},
    timeoutMs: 9_000,
    leftMs: 9_000,
  });
  await until("it is under way", () => server.requests.length === 1);
  await connection.close();
  release();
  expect((await sent).status).toBe(200);
  await until("it is gone", () => server.openConnections === 0);
  await server.stop();
});

test("V37: close waits for what is under way, and leaves no socket and no timer", async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slowVault = await startFakeVault(async () => {
    await held;
    return { status: 404, body: { errors: [] } };
  });
  const store = openStore({ address: slowVault.address, rootToken: "t" });
  const read = store.getSecretVersion("a", "1").catch((error: { code: string }) => error.code);
  await until("it is under way", () => slowVault.requests.length === 1);
  const closed = store.close();
  release();
  expect(await read).toBe("NOT_FOUND");
  await closed;
  await until("sockets and timers are gone", () => {
    return slowVault.openConnections === 0 && timers() <= timersBefore;
  });
  await slowVault.stop();
});
