import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { OpenAI } from "openai";
import { startLlmServer } from "secrets-tools/llm-server";
import { expect, onTestFinished, test, vi } from "vitest";
import { createOpenAIClient, OpenAIProvider, openAIOptions } from "./index.js";

const key = "openai/api_key";
const wrong = { code: "CONFIGURATION", reason: "bad-argument" };
const params = { model: "sample", messages: [{ role: "user" as const, content: "hello" }] };
const fixture = () => MemorySecretStore.from({ [key]: "sk-canary-1234" });

async function serving() {
  const server = await startLlmServer({ keys: ["sk-canary-1234"] });
  onTestFinished(() => server.close());
  return server;
}

test.each([
  ["apiKey", { apiKey: "sk-other" }],
  ["adminAPIKey", { adminAPIKey: "sk-admin" }],
  ["workloadIdentity", { workloadIdentity: {} }],
  ["provider", { provider: {} }],
  ["dataResidency", { dataResidency: "eu" }],
  ["are not an object", null],
  ["are not an object", "https://api.example"],
])("options that do not go with a key from a store (%s) are refused", async (says, options) => {
  const store = fixture();
  const reads = vi.spyOn(store, "getSecret");
  const made = createOpenAIClient(store, key, options as never);
  await expect(made).rejects.toMatchObject({ ...wrong, message: expect.stringContaining(says) });
  expect(reads).not.toHaveBeenCalled();
});

test("an option that is undefined or null is as good as not given", async () => {
  const options = { apiKey: undefined, dataResidency: null, baseURL: " " };
  const client = await createOpenAIClient(fixture(), key, options as never);
  expect(client.baseURL).toBe("https://api.openai.com/v1");
});

test("another base URL is refused at once, with the fix, and nothing is read", async () => {
  const store = fixture();
  const server = await serving();
  const client = await createOpenAIClient(store, key, { baseURL: `${server.url}/v1` });
  const reads = vi.spyOn(store, "getSecret");
  const other = client.withOptions({ baseURL: "https://gateway.example/v1", maxRetries: 5 });
  await expect(other.chat.completions.create(params)).rejects.toMatchObject({
    message: expect.stringContaining("may not go to https://gateway.example"),
    cause: expect.objectContaining({ code: "CONFIGURATION", reason: "origin-not-allowed" }),
  });
  expect([reads.mock.calls.length, server.requests.length]).toEqual([0, 0]);
  await client.withOptions({ timeout: 9_000 }).chat.completions.create(params);
  expect(server.requests).toHaveLength(1);
});

test("with origin, baseURL is kept, and has to be at one of them", () => {
  const store = fixture();
  const origin = ["https://api.openai.com", new URL("https://gateway.example")];
  const baseURL = "https://gateway.example/v1";
  expect(openAIOptions(store, key, { origin, baseURL }).baseURL).toBe(baseURL);
  expect("baseURL" in openAIOptions(store, key, { origin })).toBe(false);
  expect("baseURL" in openAIOptions(store, key, { origin, baseURL: "" })).toBe(false);
  for (const elsewhere of ["https://other.example/v1", "no URL"]) {
    const make = () => openAIOptions(store, key, { origin, baseURL: elsewhere });
    expect(make).toThrow(expect.objectContaining(wrong));
  }
  expect(() => openAIOptions(store, key, null as never)).toThrow(expect.objectContaining(wrong));
});

test("an admin key in the environment stays out", async () => {
  vi.stubEnv("OPENAI_ADMIN_KEY", "sk-admin-ambient");
  onTestFinished(() => void vi.unstubAllEnvs());
  const store = fixture();
  const ambient = new OpenAI({ apiKey: "sk-any" });
  expect(ambient.adminAPIKey).toBe("sk-admin-ambient"); // what the SDK does by itself
  expect(new OpenAI({ ...openAIOptions(store, key) }).adminAPIKey).toBeNull();
  expect((await createOpenAIClient(store, key)).adminAPIKey).toBeNull();
});

test("an admin key in the store serves the administration API", async () => {
  const sent: unknown[] = [];
  const fetch = async (_: unknown, init?: RequestInit) => {
    sent.push(new Headers(init?.headers).get("authorization"));
    return Response.json({ data: [] });
  };
  const admin = openAIOptions(fixture(), key, { fetch });
  const client = new OpenAI({ ...admin, adminAPIKey: admin.apiKey });
  await client.admin.organization.users.list();
  expect(sent).toEqual(["Bearer sk-canary-1234"]);
});

test("a service that says nothing ends a health check after ten seconds, and its request", async () => {
  let signal: AbortSignal | null | undefined;
  const fetch = (_: unknown, init?: RequestInit) => {
    signal = init?.signal;
    return new Promise<never>(() => {});
  };
  const store = fixture();
  const provider = await OpenAIProvider.fromSecretStore(store, key, { fetch });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const checking = provider.healthCheck();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await checking).toMatchObject({ ok: false, state: "unavailable" });
  expect(signal?.aborted).toBe(true);
});
