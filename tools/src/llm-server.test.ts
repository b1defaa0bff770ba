import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type LlmServer, startLlmServer } from "./llm-server.ts";

let server: LlmServer;

beforeEach(async () => {
  server = await startLlmServer({ keys: ["key-1"] });
});
afterEach(() => server.close());

const chat = "/v1/chat/completions";

function call(path: string, key: string, body: object = {}, init: RequestInit = {}) {
  const headers = path.endsWith("/messages")
    ? { "x-api-key": key }
    : { authorization: `Bearer ${key}` };
  const text = JSON.stringify({ model: "test-model", ...body });
  return fetch(server.url + path, { method: "POST", headers, body: text, ...init });
}

/** The data of each server-sent event. */
async function eventsOf(response: Response): Promise<{ event?: string; data: string }[]> {
  const blocks = (await response.text()).split("\n\n").filter(Boolean);
  return blocks.map((block) => {
    const [data = "", event] = block.split("\n").reverse();
    return { ...(event && { event: event.slice(7) }), data: data.slice(6) };
  });
}

describe("the LLM server", () => {
  test("answers in the shape of each endpoint", async () => {
    const answer = "Hello from a sample model.";
    const completion = await (await call(chat, "key-1")).json();
    expect(completion).toMatchObject({
      object: "chat.completion",
      model: "test-model",
      choices: [{ message: { role: "assistant", content: answer }, finish_reason: "stop" }],
    });
    const response = await (await call("/v1/responses", "key-1")).json();
    expect(response).toMatchObject({
      object: "response",
      status: "completed",
      output: [{ type: "message", content: [{ type: "output_text", text: answer }] }],
    });
    const message = await (await call("/v1/messages", "key-1")).json();
    expect(message).toMatchObject({
      type: "message",
      content: [{ type: "text", text: answer }],
      stop_reason: "end_turn",
    });
  });

  test("streams chat completions as OpenAI does", async () => {
    const events = await eventsOf(await call(chat, "key-1", { stream: true }));
    expect(events.at(-1)).toEqual({ data: "[DONE]" });
    const text = events
      .slice(0, -1)
      .map(({ data }) => JSON.parse(data).choices[0].delta.content ?? "")
      .join("");
    expect(text).toBe("Hello from a sample model.");
  });

  test("streams responses as OpenAI does", async () => {
    const events = await eventsOf(await call("/v1/responses", "key-1", { stream: true }));
    const parsed = events.map(({ event, data }) => ({ event, ...JSON.parse(data) }));
    expect(parsed.every(({ event, type }) => event === type)).toBe(true);
    expect(parsed.map(({ sequence_number }) => sequence_number)).toEqual([...parsed.keys()]);
    expect(parsed[0].type).toBe("response.created");
    expect(parsed.at(-1).response.output[0].content[0].text).toBe("Hello from a sample model.");
  });

  test("streams messages as Anthropic does", async () => {
    const events = await eventsOf(await call("/v1/messages", "key-1", { stream: true }));
    expect([...new Set(events.map(({ event }) => event))]).toEqual([
      ...["message_start", "content_block_start", "content_block_delta"],
      ...["content_block_stop", "message_delta", "message_stop"],
    ]);
    const text = events.map(({ data }) => JSON.parse(data).delta?.text ?? "").join("");
    expect(text).toBe("Hello from a sample model.");
  });

  test("streams as Cohere does, and refuses so", async () => {
    const events = await eventsOf(await call("/v2/chat", "key-1", { stream: true }));
    const parsed = events.map(({ data }) => JSON.parse(data));
    expect([...new Set(parsed.map(({ type }) => type))]).toEqual([
      ...["message-start", "content-start", "content-delta", "content-end", "message-end"],
    ]);
    const text = parsed.map(({ delta }) => delta?.message?.content?.text ?? "").join("");
    expect(text).toBe("Hello from a sample model.");
    const refusal = await call("/v2/chat", "key-2");
    expect(refusal.status).toBe(401);
    expect(await refusal.json()).toEqual({ message: "Incorrect API key provided" });
  });

  test("streams where the path says so, as Gemini does, and refuses with 400", async () => {
    const path = "/v1beta/models/sample:streamGenerateContent?alt=sse";
    const events = await eventsOf(await call(path, "key-1"));
    const text = events
      .map(({ data }) => JSON.parse(data).candidates[0].content.parts[0].text)
      .join("");
    expect(text).toBe("Hello from a sample model.");
    const refusal = await call("/v1beta/models/sample:generateContent", "key-2");
    expect(refusal.status).toBe(400);
    expect(await refusal.json()).toMatchObject({
      error: { code: 400, details: [{ reason: "API_KEY_INVALID" }] },
    });
    server.failures.push({ status: 400 });
    const planned = await call("/v1beta/models/sample:generateContent", "key-1");
    expect(await planned.text()).not.toContain("API_KEY_INVALID");
  });

  test("refuses a key that is not valid now, in the vendor's shape", async () => {
    expect((await call(chat, "key-2")).status).toBe(401);
    server.keys.add("key-2");
    expect((await call(chat, "key-2")).status).toBe(200);
    server.keys.delete("key-1");
    const openai = await call(chat, "key-1");
    expect(openai.status).toBe(401);
    expect(await openai.json()).toMatchObject({ error: { code: "invalid_api_key" } });
    const anthropic = await call("/v1/messages", "key-1");
    expect(await anthropic.json()).toMatchObject({ error: { type: "authentication_error" } });
    expect((await fetch(server.url + chat, { method: "POST" })).status).toBe(401);
    expect(server.requests.map(({ status }) => status)).toEqual([401, 200, 401, 401, 401]);
  });

  test("takes the key from every vendor's header", async () => {
    for (const header of ["authorization", "x-api-key", "api-key", "x-goog-api-key"]) {
      const headers = { [header]: "key-1" };
      expect((await call(chat, "", {}, { headers })).status).toBe(200);
      expect(server.requests.at(-1)).toMatchObject({ keyHeader: header, key: "key-1" });
    }
  });

  test("knows no other endpoint", async () => {
    expect((await call("/v1/embeddings", "key-1")).status).toBe(404);
    const headers = { authorization: "Bearer key-1" };
    expect((await fetch(server.url + chat, { headers })).status).toBe(404);
  });

  test("logs requests, and printing the log shows no key", async () => {
    await call(chat, "key-1", { stream: true, messages: [{ role: "user", content: "Hi" }] });
    const [request] = server.requests;
    expect(request).toMatchObject({ method: "POST", path: chat, streams: true, key: "key-1" });
    expect(request?.body).toContain('"content":"Hi"');
    expect(inspect(server.requests, { depth: 9 }) + JSON.stringify(server.requests)).not.toContain(
      "key-1",
    );
  });

  test("echoes a refused key only when asked", async () => {
    expect(await (await call(chat, "wrong-key")).text()).not.toContain("wrong-key");
    server.echoesKey = true;
    expect(await (await call(chat, "wrong-key")).text()).toContain("wrong-key");
    expect(await (await call("/v1/messages", "wrong-key")).text()).toContain("wrong-key");
  });

  test("redirects every request when asked", async () => {
    server.redirect = { location: "https://other.invalid/v1" };
    const moved = await call(chat, "key-1", {}, { redirect: "manual" });
    expect([moved.status, moved.headers.get("location")]).toEqual([
      307,
      "https://other.invalid/v1",
    ]);
    server.redirect = { location: "/elsewhere", status: 302 };
    expect((await call(chat, "key-1", {}, { redirect: "manual" })).status).toBe(302);
    server.redirect = undefined;
    expect((await call(chat, "key-1")).status).toBe(200);
  });

  test("fails as planned, once for each planned failure", async () => {
    server.failures.push(
      { status: 503, message: "busy", headers: { "retry-after": "1" } },
      { status: "drop" },
      { status: 429 },
    );
    const busy = await call(chat, "key-1");
    expect([busy.status, busy.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(await busy.json()).toMatchObject({ error: { message: "busy", type: "server_error" } });
    await expect(call(chat, "key-1")).rejects.toThrow(TypeError);
    expect((await call(chat, "key-1")).status).toBe(429);
    expect((await call(chat, "key-1")).status).toBe(200);
    expect(server.requests.map(({ status }) => status)).toEqual([503, 0, 429, 200]);
  });

  test("says whether a refusal should be retried, when asked", async () => {
    const header = async () => (await call(chat, "wrong-key")).headers.get("x-should-retry");
    expect(await header()).toBeNull();
    server.shouldRetry = true;
    expect(await header()).toBe("true");
    server.shouldRetry = false;
    expect(await header()).toBe("false");
  });

  test("holds a stream open until the test lets it go on", async () => {
    const { promise, resolve } = deferred();
    server.beforeEvent = (index) => (index === 2 ? promise : undefined);
    const response = await call(chat, "key-1", { stream: true });
    server.keys.clear(); // an open stream is not disturbed
    expect((await call(chat, "key-1")).status).toBe(401);
    resolve();
    expect((await eventsOf(response)).at(-1)).toEqual({ data: "[DONE]" });
  });

  test("closes with requests still open", async () => {
    server.beforeEvent = () => new Promise(() => {});
    const response = call(chat, "key-1", { stream: true });
    const failed = expect(response.then((open) => open.text())).rejects.toThrow();
    while (server.requests.length === 0) await new Promise(setImmediate);
    await server.close();
    await failed;
    server = await startLlmServer();
  });
});

function deferred() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
