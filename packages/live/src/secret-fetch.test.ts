import { onWarning, type SecretWarning } from "@llm-orchestrator/secrets-core";
import { assertNoLeak, MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { startLlmServer } from "secrets-tools/llm-server";
import { expect, onTestFinished, test, vi } from "vitest";
import { key, newKey, oldKey, sampleApi, sequence } from "../test/sample-api.js";
import { createSecretFetch, geminiAuthFailure, liveKey, liveSecret } from "./index.js";

function warnings(): SecretWarning[] {
  const seen: SecretWarning[] = [];
  onTestFinished(onWarning((warning) => seen.push(warning)));
  return seen;
}

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

test("redirects are not followed: no other place gets the key", async () => {
  const other = await startLlmServer({ keys: [oldKey] });
  onTestFinished(() => other.close());
  const { server, call, apiKey } = await sampleApi();
  for (const status of [301, 302, 303, 307, 308]) {
    server.redirect = { location: `${other.url}/v1/chat/completions`, status };
    const response = await call({ headers: { "x-api-key": apiKey, "api-key": apiKey } });
    expect(response.status).toBe(status);
  }
  expect(other.requests).toHaveLength(0);
});

test("a request to any other origin is refused, and nothing is read or sent", async () => {
  const { server, fetch, apiKey, reads } = await sampleApi();
  const headers = { authorization: `Bearer ${apiKey}` };
  const other = `http://localhost:${server.port}/v1/chat/completions`; // another name, another origin
  await expect(fetch(other, { headers })).rejects.toMatchObject({
    ...{ code: "CONFIGURATION", reason: "origin-not-allowed" },
    message: expect.stringContaining(`only to ${server.url}`),
  });
  await expect(fetch("/v1/relative", { headers })).rejects.toMatchObject({ code: "CONFIGURATION" });
  await expect(fetch(`${server.url}/?key=${apiKey}`)).rejects.toMatchObject({
    reason: "key-in-url",
  });
  expect([reads.mock.calls.length, server.requests.length]).toEqual([0, 0]);
});

test("a request without the placeholder, or with a redacted secret in it, is refused with the fix", async () => {
  const { server, store, fetch, call } = await sampleApi();
  await expect(
    fetch(`${server.url}/v1/models`, { headers: { authorization: "Bearer sk-ambient" } }),
  ).rejects.toMatchObject({ code: "CONFIGURATION", reason: "placeholder-missing" });
  const secret = await store.getSecret(key);
  warnings();
  await expect(call({ headers: { "x-extra": `${secret.value}` } })).rejects.toMatchObject({
    ...{ code: "CONFIGURATION", reason: "redacted-header" },
    message: expect.stringContaining(".expose()"),
  });
  expect(server.requests).toHaveLength(0);
});

test.each([
  ["an inner line break", "sk-canary-one\nsk-two"],
  ["a carriage return", "sk-canary\r\nX-Evil: 1"],
  ["a NUL", "sk-canary\0-one"],
  ["a letter beyond ASCII", "sk-canary-é"],
  ["an emoji", "sk-canary-🔑"],
  ["a space within", "sk-canary one"],
  ["a byte order mark within", "sk-canary-\ufeffone"],
  ["nothing but white space", " \n"],
])("a key with %s is INVALID_SECRET before anything is sent", async (_, value) => {
  const { server, store, call } = await sampleApi();
  await store.putSecret(key, value);
  const error = await call().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "INVALID_SECRET", reason: "not-a-header", key });
  await assertNoLeak(error, [value.trim() || "canary-none"], { slowChannels: false });
  expect(server.requests).toHaveLength(0);
});

test("a line break at the end of a key is left out, with a warning", async () => {
  const seen = warnings();
  const { store, call } = await sampleApi();
  await store.putSecret(key, `${oldKey}\n`);
  expect((await call()).status).toBe(200);
  expect(seen).toEqual([expect.objectContaining({ code: "SECRET_TRIMMED", key })]);
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

test("a hundred calls with a dead key ask the store past its cache once a second", async () => {
  const { server, call, reads } = await sampleApi();
  server.keys.clear();
  for (let index = 0; index < 100; index++) await call();
  const refreshes = reads.mock.calls.filter(([, options]) => options?.rejected);
  expect(refreshes.length).toBeLessThan(20);
});

test("two keys in one process do not mix, and a client's own fetch sends", async () => {
  const store = MemorySecretStore.from({ one: oldKey, two: newKey });
  const sent: string[] = [];
  const fetch = async (_: unknown, init?: RequestInit) => {
    sent.push(new Headers(init?.headers).get("x-api-key") ?? "");
    return new Response("{}");
  };
  const origin = "https://api.example";
  const clients = ["one", "two"].map((name) => liveKey(store, name, { origin, fetch }));
  for (const client of clients) {
    await client.fetch(`${origin}/v1`, { headers: { "x-api-key": client.apiKey } });
  }
  expect(sent).toEqual([oldKey, newKey]);
  const [one, two] = clients;
  const mixed = one?.fetch(origin, { headers: { "x-api-key": two?.apiKey ?? "" } });
  await expect(mixed).rejects.toMatchObject({ reason: "placeholder-missing" });
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

test.each([
  ["origin", {}, "origin is missing"],
  ["a list without one", { origin: [] }, "origin is missing"],
  ["no URL", { origin: "api.openai.com" }, "no web origin"],
  ["another scheme", { origin: "ftp://api.openai.com" }, "no web origin"],
  ["a password", { origin: "https://u:canary@api.example" }, "no web origin"],
  ["plain http", { origin: "http://api.example" }, "dangerouslyAllowPlainHttp"],
  ["a misspelled option", { orgin: "https://api.example" }, 'no option "orgin"'],
  ["a bad field", { origin: "https://api.example", field: "" }, "field"],
  ["a bad fetch", { origin: "https://api.example", fetch: {} }, "fetch is not a function"],
  ["a bad authFailure", { origin: "https://api.example", authFailure: 401 }, "authFailure"],
])("%s is CONFIGURATION, at once", (_, options, says) => {
  const store = MemorySecretStore.from({ [key]: oldKey });
  const make = () => createSecretFetch(store, key, options as never);
  expect(make).toThrow(expect.objectContaining({ code: "CONFIGURATION" }));
  expect(make).toThrow(says);
  expect(make).not.toThrow("canary");
});

test("plain http goes to this machine, and elsewhere by an ugly name only", () => {
  const store = MemorySecretStore.from({ [key]: oldKey });
  for (const origin of ["http://localhost:1", "http://127.0.0.1:1", "http://[::1]:1"]) {
    expect(() => createSecretFetch(store, key, { origin })).not.toThrow();
  }
  const options = { origin: "http://gateway.internal", dangerouslyAllowPlainHttp: true };
  expect(() => createSecretFetch(store, key, options)).not.toThrow();
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
