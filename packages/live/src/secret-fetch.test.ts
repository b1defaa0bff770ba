import { assertNoLeak } from "@llm-orchestrator/secrets-testing";
import { expect, test, vi } from "vitest";
import { key, newKey, oldKey, sampleApi, sequence, warnings } from "../test/sample-api.js";
import { liveSecret } from "./index.js";

test("the key goes into whatever header its placeholder stands in, as it stands there", async () => {
  const { server, apiKey, fetch } = await sampleApi();
  expect(apiKey).toBe(fetch.placeholder);
  const url = `${server.url}/v1/chat/completions`;
  const names = ["x-api-key", "api-key", "x-goog-api-key", "authorization"];
  for (const name of names) {
    const value = name === "authorization" ? `Bearer ${apiKey}` : apiKey;
    const response = await fetch(url, { method: "POST", body: "{}", headers: { [name]: value } });
    expect([response.status, response.url]).toEqual([200, url]);
  }
  expect(server.requests.map(({ keyHeader }) => keyHeader)).toEqual(names);
});

test("a revoked key: one refusal, one read past every cache, one repetition", async () => {
  const { store, call, rotate, reads, seen } = await sampleApi();
  reads.mockResolvedValueOnce(await store.getSecret(key)); // as a cache would
  reads.mockClear();
  await rotate();
  expect((await call()).status).toBe(200);
  expect(seen()).toEqual(["old 401", "new 200"]);
  expect(reads.mock.calls.map(([, options]) => Boolean(options?.rejected))).toEqual([false, true]);
});

test("the store has nothing else: one request, and the refusal is handed on as final", async () => {
  const { server, call, seen } = await sampleApi();
  server.keys.clear();
  server.shouldRetry = true;
  const response = await call();
  expect([response.status, response.headers.get("x-should-retry")]).toEqual([401, "false"]);
  expect(seen()).toEqual(["old 401"]);
});

test("both keys are bad: two requests, never a third", async () => {
  const { server, store, call, reads, seen } = await sampleApi();
  server.keys.clear();
  const stale = await store.getSecret(key);
  reads.mockResolvedValueOnce(stale);
  await store.putSecret(key, newKey);
  const response = await call();
  expect([response.status, response.headers.get("x-should-retry")]).toEqual([401, "false"]);
  expect(seen()).toEqual(["old 401", "new 401"]);
});

test("the refresh fails: the refusal is handed on, and a warning says why", async () => {
  const seen = warnings();
  const { server, store, call, reads } = await sampleApi();
  server.keys.clear();
  const secret = await store.getSecret(key);
  store.simulate("BACKEND_UNAVAILABLE");
  reads.mockResolvedValueOnce(secret);
  expect((await call()).status).toBe(401);
  expect(seen).toEqual([expect.objectContaining({ code: "SECRET_REFRESH_FAILED", key })]);
  expect(seen[0]?.message).toContain("BACKEND_UNAVAILABLE");
});

test("the store cannot be read: its own error, and nothing is sent", async () => {
  const { server, store, call } = await sampleApi();
  for (const code of ["BACKEND_UNAVAILABLE", "PERMISSION_DENIED", "NOT_FOUND"] as const) {
    store.simulate(code);
    await expect(call()).rejects.toMatchObject({ code });
  }
  expect(server.requests).toHaveLength(0);
});

test("other failures are the client's to retry, and cost no refresh", async () => {
  const { server, call, reads } = await sampleApi();
  server.failures.push({ status: 429, headers: { "retry-after": "1" } }, { status: 500 });
  const limited = await call();
  expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "1"]);
  expect(limited.headers.has("x-should-retry")).toBe(false);
  expect((await call()).status).toBe(500);
  expect((await call()).status).toBe(200);
  expect(reads).toHaveBeenCalledTimes(3);
});

test("forms are sent again whole; a stream is not, and the refusal says why", async () => {
  const { server, store, call, reads } = await sampleApi();
  const stale = await store.getSecret(key);
  await store.putSecret(key, newKey);
  server.keys.clear();
  server.keys.add(newKey);
  reads.mockResolvedValueOnce(stale);
  const form = new FormData();
  form.set("file", new Blob(["x".repeat(10_000)]), "file.txt");
  const sent = await call({ body: form });
  expect(sent.status).toBe(200);
  const [first, second] = server.requests.map(({ body }) => body.length);
  expect([first, (second ?? 0) > 10_000]).toEqual([second, true]);

  reads.mockResolvedValueOnce(stale);
  const body = new Blob(["{}"]).stream();
  const response = await call({ body });
  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({
    error: { message: expect.stringContaining("cannot be sent again: call once more") },
  });
  expect((await call()).status).toBe(200);
});

test("a Request goes the same way, body and all", async () => {
  const { server, store, reads, apiKey, fetch, seen } = await sampleApi();
  const stale = await store.getSecret(key);
  await store.putSecret(key, newKey);
  server.keys.clear();
  server.keys.add(newKey);
  reads.mockResolvedValueOnce(stale);
  const request = new Request(`${server.url}/v1/messages`, {
    ...{ method: "POST", body: '{"model":"sample"}' },
    headers: { "x-api-key": apiKey, "content-type": "application/json" },
  });
  expect((await fetch(request)).status).toBe(200);
  expect(seen()).toEqual(["old 401", "new 200"]);
  expect(server.requests.map(({ body }) => body)).toEqual(Array(2).fill('{"model":"sample"}'));
});

test("a stream is handed over as it comes, and a rotation does not disturb it", async () => {
  const { server, call, rotate } = await sampleApi();
  let open = () => {};
  server.beforeEvent = (index) =>
    index === 2 ? new Promise<void>((resolve) => (open = resolve)) : undefined;
  const response = await call({ body: '{"model":"sample","stream":true}' });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader?.read())?.value).toContain("data: ");
  await rotate();
  open();
  let rest = "";
  for (let part = await reader?.read(); !part?.done; part = await reader?.read())
    rest += part?.value;
  expect(rest).toContain("[DONE]");
});

test("the caller's signal ends a read of the store and a refresh, with its own reason", async () => {
  const { server, store, call, reads } = await sampleApi();
  reads.mockImplementationOnce(
    (_, options) =>
      new Promise((__, reject) => {
        options?.signal?.addEventListener("abort", () => reject(options.signal?.reason));
      }),
  );
  const reason = new Error("enough");
  const controller = new AbortController();
  const reading = call({ signal: controller.signal });
  await vi.waitUntil(() => reads.mock.calls.length > 0);
  controller.abort(reason);
  await expect(reading).rejects.toBe(reason);
  expect(server.requests).toHaveLength(0);

  server.keys.clear();
  reads.mockReset();
  const secret = await store.getSecret(key);
  reads.mockResolvedValueOnce(secret).mockReturnValueOnce(new Promise(() => {}));
  const second = new AbortController();
  const refreshing = call({ signal: second.signal });
  await vi.waitUntil(() => reads.mock.calls.some(([, options]) => options?.rejected));
  second.abort(reason);
  await expect(refreshing).rejects.toBe(reason);
  expect(server.requests).toHaveLength(1);
});

test("a hundred calls with a dead key ask the store past its cache once a second", async () => {
  const { server, call, reads } = await sampleApi();
  server.keys.clear();
  for (let index = 0; index < 100; index++) await call();
  const refreshes = reads.mock.calls.filter(([, options]) => options?.rejected);
  expect(refreshes.length).toBeLessThan(20);
});

test("which versions were sent, and when last, can be seen", async () => {
  const { store, call, rotate } = await sampleApi();
  const before = Date.now();
  await call();
  await call();
  await rotate();
  await call();
  const uses = liveSecret(store, key).uses();
  expect(uses.map(({ version, count }) => [version, count])).toEqual(
    expect.arrayContaining([
      ["2", 1],
      ["1", 2],
    ]),
  );
  for (const { lastUsedAt } of uses) expect(lastUsedAt).toBeGreaterThanOrEqual(before);
});

test("what a client holds shows no key, before and after", async () => {
  const { server, store, call, apiKey, fetch, rotate } = await sampleApi();
  await call();
  await rotate();
  await call();
  server.keys.clear();
  const response = await call();
  for (const subject of [apiKey, fetch, liveSecret(store, key), response, await response.json()]) {
    await assertNoLeak(subject, [oldKey, newKey]);
  }
  expect(sequence(server)).toEqual(["old 200", "new 200", "new 401"]);
});
