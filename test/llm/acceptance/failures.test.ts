import { onWarning, type SecretWarning } from "@llm-orchestrator/secrets-core";
import { assertNoLeak } from "@llm-orchestrator/secrets-testing";
import { expect, onTestFinished, vi } from "vitest";
import { isAbort, isRefusal, isTimeout, secretErrorIn } from "./errors.js";
import { errorOf, everyWay, type Trial } from "./every-way.js";
import type { Connection, Subject } from "./subjects.js";
import { answer, key, newKey, oldKey, ttlMs } from "./world.js";

const codes = ["BACKEND_UNAVAILABLE", "PERMISSION_DENIED", "THROTTLED", "NOT_FOUND"] as const;
const readsFirst = (subject: Subject) => subject.readsFirst;

/** The SDKs retry what a fetch throws; where ours cannot ask the store before, nobody shall. */
function connectOnce({ subject, connect }: Trial, options: Partial<Connection> = {}) {
  return connect({ eager: false, ...options, ...(!subject.readsFirst && { maxRetries: 0 }) });
}

everyWay(
  "L09: a store that fails is asked once; its own error is what the SDK's is caused by; nothing is sent",
  async (trial) => {
    const { world } = trial;
    const client = await connectOnce(trial);
    for (const code of codes) {
      world.fail(code);
      const before = world.watched.reads.length;
      const error = await errorOf(client.ask());
      expect(secretErrorIn(error)).toMatchObject({ code, key });
      expect(world.watched.reads.length - before).toBe(1);
      await assertNoLeak(error, [oldKey, newKey], { slowChannels: false });
    }
    expect(world.server.requests).toHaveLength(0);
    world.fail(undefined);
    expect(await client.ask()).toBe(answer);
  },
);

everyWay(
  "L09: a store that is down when the client is made rejects at once",
  async ({ world, connect }) => {
    world.fail("BACKEND_UNAVAILABLE");
    await expect(connect()).rejects.toMatchObject({ code: "BACKEND_UNAVAILABLE", key });
    world.fail(undefined);
    expect(await (await connect()).ask()).toBe(answer);
  },
  { only: readsFirst, ways: ["plain"] },
);

everyWay(
  "L09: a store that goes down while the client is in use fails calls once its cache is over, until it is back",
  async (trial) => {
    const { world } = trial;
    const client = await connectOnce(trial);
    await client.ask();
    world.fail("BACKEND_UNAVAILABLE");
    await client.ask();
    world.clock.advance(ttlMs);
    const error = await errorOf(client.ask());
    expect(secretErrorIn(error)).toMatchObject({ code: "BACKEND_UNAVAILABLE" });
    await assertNoLeak(error, [oldKey], { slowChannels: false });
    world.fail(undefined);
    await client.ask();
    expect(world.seen()).toEqual(["old 200", "old 200", "old 200"]);
  },
);

everyWay(
  "L09: a store that is down when a key was refused leaves the refusal as it is, and a warning says so",
  async ({ subject, world, connect }) => {
    const warnings: SecretWarning[] = [];
    onTestFinished(onWarning((warning) => warnings.push(warning)));
    const client = await connect();
    await world.store.getSecret(key);
    world.accept(newKey);
    world.fail("BACKEND_UNAVAILABLE");
    expect(isRefusal(subject, await errorOf(client.ask()))).toBe(true);
    expect(world.seen()).toEqual(["old 401"]);
    expect(warnings).toEqual([expect.objectContaining({ code: "SECRET_REFRESH_FAILED", key })]);
    await assertNoLeak(warnings, [oldKey, newKey], { slowChannels: false });
  },
);

everyWay(
  "L09: a fetch that asks a failing store is retried as often as the SDK was told, and no more",
  async ({ world, connect }) => {
    const client = await connect({ maxRetries: 1 });
    world.fail("BACKEND_UNAVAILABLE");
    const error = await errorOf(client.ask());
    expect(secretErrorIn(error)).toMatchObject({ code: "BACKEND_UNAVAILABLE" });
    expect(world.watched.reads).toHaveLength(2);
    expect(world.server.requests).toHaveLength(0);
  },
  { only: ({ readsFirst, sdk }) => !readsFirst && sdk !== "ai", ways: ["plain"] },
);

const badSecrets: readonly [
  what: string,
  code: string,
  options: Partial<Connection>,
  text?: string,
][] = [
  ["a key that is not there", "NOT_FOUND", { key: "llm/absent" }],
  ["a key that no store accepts", "INVALID_KEY", { key: "../llm" }],
  ["a field of what is no JSON", "INVALID_SECRET", { field: "api_key" }],
  ["a field that is not there", "INVALID_SECRET", { field: "api_key" }, '{"other":"canary"}'],
  ["a field that is empty", "INVALID_SECRET", { field: "api_key" }, '{"api_key":""}'],
];

for (const [what, code, options, text] of badSecrets) {
  everyWay(
    `L09: ${what} is ${code}, when the client is made or with the first call`,
    async (trial) => {
      const { subject, world, connect } = trial;
      if (text !== undefined) await world.put(text);
      const client = await connectOnce(trial, options);
      expect(secretErrorIn(await errorOf(client.ask()))).toMatchObject({ code });
      if (subject.readsFirst) {
        expect(await errorOf(connect(options))).toMatchObject({ code });
      }
      expect(world.server.requests).toHaveLength(0);
    },
    { ways: ["plain"] },
  );
}

everyWay("L09: a field of a JSON secret is the key, and rotates", async ({ world, connect }) => {
  await world.put(JSON.stringify({ user: "somebody", api_key: oldKey }));
  const client = await connect({ field: "api_key" });
  await client.ask();
  await world.put(JSON.stringify({ user: "somebody", api_key: newKey }));
  world.accept(newKey);
  await client.ask();
  expect(world.seen()).toEqual(["old 200", "old 401", "new 200"]);
});

everyWay(
  "L12: a call that is aborted while the store is read ends at once, as the SDK's abort; nothing is sent",
  async ({ subject, world, connect }) => {
    const client = await connect({ eager: false });
    const release = world.watched.hold();
    const controller = new AbortController();
    const asking = errorOf(client.ask({ signal: controller.signal }));
    await vi.waitUntil(() => world.watched.reads.length > 0);
    controller.abort();
    expect(isAbort(subject, await asking)).toBe(true);
    release();
    await world.store.getSecret(key);
    expect(world.server.requests).toHaveLength(0);
  },
);

everyWay(
  "L12: a call that is aborted while a refused key is read anew ends at once, and is not repeated",
  async ({ subject, world, connect }) => {
    const client = await connect();
    await world.store.getSecret(key);
    await world.put(newKey);
    world.accept(newKey);
    const release = world.watched.hold();
    const controller = new AbortController();
    const asking = errorOf(client.ask({ signal: controller.signal }));
    await vi.waitUntil(() => world.forcedReads() > 0);
    controller.abort();
    expect(isAbort(subject, await asking)).toBe(true);
    release();
    expect(await client.ask()).toBe(answer); // the read went on for whoever comes next
    expect(world.seen()).toEqual(["old 401", "new 200"]);
    expect(world.forcedReads()).toBe(1);
  },
);

/** The AI SDK has no timeout of its own: its callers pass a signal. */
const timeoutMs = 60;

function timeLimit({ sdk }: Subject) {
  return sdk === "ai" ? { signal: AbortSignal.timeout(timeoutMs) } : {};
}

everyWay(
  "L12: the SDK's timeout ends a call whose store is slow; nothing is sent",
  async ({ subject, world, connect }) => {
    const client = await connect({ eager: false, maxRetries: 0, timeoutMs });
    const release = world.watched.hold();
    const error = await errorOf(client.ask(timeLimit(subject)));
    expect(isTimeout(subject, error)).toBe(true);
    release();
    await world.store.getSecret(key);
    expect(world.server.requests).toHaveLength(0);
  },
);

everyWay(
  "L12: the SDK's timeout ends a call whose store is slow to say what is new",
  async ({ subject, world, connect }) => {
    const client = await connect({ maxRetries: 0, timeoutMs });
    await world.store.getSecret(key);
    await world.put(newKey);
    world.accept(newKey);
    const release = world.watched.hold();
    const error = await errorOf(client.ask(timeLimit(subject)));
    expect(isTimeout(subject, error)).toBe(true);
    release();
    await world.store.getSecret(key, { fresh: true });
    expect(world.server.requests.map((request) => request.key)).toEqual([oldKey]);
  },
);
