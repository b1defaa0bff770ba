import { Readable } from "node:stream";
import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { afterEach, expect, test, vi } from "vitest";
import { key, newKey, oldKey, sampleApi } from "../test/sample-api.js";
import { type AuthFailure, geminiAuthFailure, liveKey } from "./index.js";

test("what the key's own service repeats of it is redacted, in body and headers", async () => {
  const { server, call } = await sampleApi();
  server.keys.clear();
  server.echoesKey = true;
  const response = await call();
  const text = await response.text();
  expect(text).toContain("Incorrect API key provided: [redacted]");
  expect(text).not.toContain(oldKey);
  server.failures.push({ status: 500, headers: { "x-echo": `k=${oldKey}` }, message: oldKey });
  const failed = await call();
  expect([failed.status, failed.headers.get("x-echo")]).toEqual([500, "k=[redacted]"]);
  expect(await failed.text()).not.toContain(oldKey);
});

test("Gemini's 400 with API_KEY_INVALID refreshes, an ordinary 400 does not", async () => {
  const { server, store, call, reads, seen } = await sampleApi({ authFailure: geminiAuthFailure });
  const stale = await store.getSecret(key);
  await store.putSecret(key, newKey);
  server.keys.add(newKey);
  server.failures.push({ status: 400, message: "API key not valid. reason: API_KEY_INVALID" });
  reads.mockResolvedValueOnce(stale);
  expect((await call()).status).toBe(200);
  expect(seen()).toEqual(["old 400", "new 200"]);
  server.failures.push({ status: 400, message: "bad request" });
  expect((await call()).status).toBe(400);
  expect(seen()).toHaveLength(3);
});

test("403 refreshes where that is asked for", async () => {
  for (const [authFailure, requests] of [
    [[401, 403], 2],
    [undefined, 1],
  ] as const) {
    const { server, store, call, reads } = await sampleApi({ authFailure });
    const stale = await store.getSecret(key);
    await store.putSecret(key, newKey);
    server.keys.add(newKey);
    server.failures.push({ status: 403 });
    reads.mockResolvedValueOnce(stale);
    await call();
    expect(server.requests).toHaveLength(requests);
  }
});

const refusal = '{"error":{"message":"no"}}';
const refuse = () => new Response(refusal, { status: 401 });

/** A client whose service answers the old key with `refuse`, and the new one with 200. */
async function refusing(refuse: () => Response, authFailure?: AuthFailure) {
  const store = MemorySecretStore.from({ [key]: oldKey });
  const stale = await store.getSecret(key);
  const sent: string[] = [];
  const fetch = async (_: unknown, init?: RequestInit) => {
    const text = new Headers(init?.headers).get("x-api-key") ?? "";
    sent.push(text === newKey ? "new" : "old");
    return text === newKey ? new Response("{}") : refuse();
  };
  const origin = "https://api.example";
  const live = liveKey(store, key, { origin, fetch, authFailure });
  const call = (init: RequestInit = {}) =>
    live.fetch(`${origin}/v1`, { ...init, headers: { "x-api-key": live.apiKey } });
  /** The store has the new key, which the next call does not see by itself. */
  const rotate = async () => {
    await store.putSecret(key, newKey);
    vi.spyOn(store, "getSecret").mockResolvedValueOnce(stale);
  };
  return { call, rotate, sent };
}

afterEach(() => void vi.useRealTimers());

test.each<[string, AuthFailure]>([
  ["that reads no body", ({ status }) => status === 401],
  ["that reads the body", async (response) => (await response.text()) === refusal],
  ["that cancels the body", async ({ body }) => (await body?.cancel()) === undefined],
  ["of Gemini", geminiAuthFailure],
])("a function as authFailure %s does not stop the rotation", async (_, authFailure) => {
  const { call, rotate, sent } = await refusing(refuse, authFailure);
  await rotate();
  expect((await call()).status).toBe(200);
  expect(sent).toEqual(["old", "new"]);
});

test("Gemini's 401 of a real server does not either", async () => {
  const api = await sampleApi({ authFailure: geminiAuthFailure });
  const stale = await api.store.getSecret(key);
  await api.rotate();
  api.reads.mockResolvedValueOnce(stale);
  expect((await api.call()).status).toBe(200);
  expect(api.seen()).toEqual(["old 401", "new 200"]);
});

test("what a function has read is still there for the client", async () => {
  const isOther = async (response: Response) => (await response.text()).includes("other");
  const { call } = await refusing(refuse, isOther);
  const response = await call();
  expect([response.status, await response.text()]).toEqual([401, refusal]);
});

test("a refusal whose body breaks off is handed on as what it is: final, with what came", async () => {
  const { call, sent } = await refusing(() => {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode('{"er')),
      pull: (controller) => controller.error(new TypeError("terminated")),
    });
    return new Response(body, { status: 401 });
  });
  const response = await call();
  expect([response.status, response.headers.get("x-should-retry")]).toEqual([401, "false"]);
  expect(await response.text()).toBe('{"er');
  expect(sent).toEqual(["old"]);
});

/** A body of which one part comes, and then nothing. */
function stalling(part: string, cancel = () => {}): () => Response {
  return () => {
    const start = (controller: ReadableStreamDefaultController<Uint8Array>) =>
      controller.enqueue(new TextEncoder().encode(part));
    return new Response(new ReadableStream({ start, cancel }), { status: 500 });
  };
}

test("a body that stalls is handed on after two seconds, without a key that was cut", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const cancel = vi.fn();
  const { call } = await refusing(stalling(`bad ${oldKey}, I say ${oldKey.slice(0, -1)}`, cancel));
  const calling = call();
  await vi.advanceTimersByTimeAsync(1_999);
  expect(cancel).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  const response = await calling;
  expect([response.status, await response.text()]).toEqual([
    500,
    "bad [redacted], I say [redacted]",
  ]);
  expect(cancel).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(0);
});

test("a call that is cancelled meanwhile gets no half answer: it rejects, at once", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const { call, sent } = await refusing(stalling("half"));
  const controller = new AbortController();
  const calling = call({ signal: controller.signal });
  while (sent.length === 0) await Promise.resolve();
  controller.abort(new Error("enough"));
  await expect(calling).rejects.toThrow("enough"); // the clock stands still
});

test("of a body without end, a megabyte is handed on", async () => {
  const cancel = vi.fn();
  const pull = (controller: ReadableStreamDefaultController<Uint8Array>) =>
    controller.enqueue(new Uint8Array(300_000).fill(120));
  const endless = () => new Response(new ReadableStream({ pull, cancel }), { status: 400 });
  const { call } = await refusing(endless);
  expect(await (await call()).text()).toBe("x".repeat(1_000_000));
  expect(cancel).toHaveBeenCalledTimes(1);
});

test.each([
  ["is a stream of Node", () => Readable.from([Buffer.from(refusal)])],
  ["cannot be cancelled", () => ({ cancel: () => Promise.reject(new Error("no")) })],
  [
    "throws when it is cancelled",
    () => ({
      cancel: () => {
        throw new Error("no");
      },
    }),
  ],
  ["never ends being cancelled", () => ({ cancel: () => new Promise(() => {}) })],
])("a refusal whose body %s does not stop the rotation", async (_, body) => {
  const { call, rotate, sent } = await refusing(() =>
    Object.defineProperty(refuse(), "body", { value: body() }),
  );
  await rotate();
  expect((await call()).status).toBe(200);
  expect(sent).toEqual(["old", "new"]);
});

test("a stream of texts or buffers, or of anything else, breaks nothing", async () => {
  const parts: unknown[] = ["no ", new TextEncoder().encode(oldKey).buffer, 7, {}, ", no"];
  const start = (controller: ReadableStreamDefaultController<unknown>) => {
    for (const part of parts) controller.enqueue(part);
    controller.close();
  };
  const body = new ReadableStream({ start });
  const { call } = await refusing(() => Object.defineProperty(refuse(), "body", { value: body }));
  expect(await (await call()).text()).toBe("no [redacted], no");
});

test("the body of a stream of Node reaches the client", async () => {
  const body = Readable.from([`no ${oldKey}`]);
  const { call } = await refusing(() => Object.defineProperty(refuse(), "body", { value: body }));
  expect(await (await call()).text()).toBe("no [redacted]");
});
