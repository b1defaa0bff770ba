import Anthropic from "@anthropic-ai/sdk";
import { assertNoLeak, MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { startLlmServer } from "secrets-tools/llm-server";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { AnthropicProvider, anthropicOptions, createAnthropicClient } from "../src/index.js";

const key = "anthropic/api_key";
const canary = "sk-ant-canary-71d0";
const message = { model: "sample", messages: [], max_tokens: 10 };

beforeEach(() => void vi.stubEnv("ANTHROPIC_BASE_URL", undefined));
afterEach(() => void vi.unstubAllEnvs());

function sampleStore() {
  return MemorySecretStore.from({ [key]: canary });
}

async function sampleServer() {
  const server = await startLlmServer({ keys: [canary] });
  onTestFinished(() => server.close());
  return { server, baseURL: server.url };
}

test("the options hold a placeholder, a fetch and a base URL, and cannot be changed", async () => {
  const options = anthropicOptions(sampleStore(), key);
  expect(Object.keys(options).sort()).toEqual(["apiKey", "authToken", "baseURL", "fetch"]);
  expect(options.authToken).toBeNull();
  expect(options.baseURL).toBe("https://api.anthropic.com");
  expect(options.apiKey).toMatch(/^secret-placeholder-/);
  expect(Object.isFrozen(options)).toBe(true);
  await assertNoLeak(options, [canary]);
});

test("the base URL is what was passed, else the variable, else Anthropic's, as the SDK has it", async () => {
  const store = sampleStore();
  const urlOf = (baseURL?: string) => anthropicOptions(store, key, { baseURL }).baseURL;
  vi.stubEnv("ANTHROPIC_BASE_URL", " https://gateway.example ");
  expect([urlOf("https://other.example"), urlOf()]).toEqual([
    "https://other.example",
    "https://gateway.example",
  ]);
  expect((await createAnthropicClient(store, key)).baseURL).toBe("https://gateway.example");
  vi.stubEnv("ANTHROPIC_BASE_URL", " ");
  expect(urlOf()).toBe(new Anthropic({ apiKey: "none" }).baseURL);
});

test("a client of the variable's base URL calls there", async () => {
  const { server, baseURL } = await sampleServer();
  vi.stubEnv("ANTHROPIC_BASE_URL", baseURL);
  const client = await createAnthropicClient(sampleStore(), key);
  await client.messages.create(message);
  await new Anthropic(anthropicOptions(sampleStore(), key)).messages.create(message);
  expect(server.requests.map(({ status }) => status)).toEqual([200, 200]);
});

test("the client is the SDK's own, and holds none of our options", async () => {
  const client = await createAnthropicClient(sampleStore(), key, { maxRetries: 7, timeout: 123 });
  expect(client).toBeInstanceOf(Anthropic);
  expect([client.constructor.name, client.maxRetries, client.timeout]).toEqual([
    "Anthropic",
    7,
    123,
  ]);
  expect(client.withOptions({ timeout: 5 })).toBeInstanceOf(Anthropic);
});

const wrong: readonly [what: string, options: object, says: string][] = [
  ["a base URL that is none", { baseURL: "api.anthropic.com" }, "no web origin"],
  [
    "a base URL with a password",
    { baseURL: `https://user:${canary}@api.example` },
    "no web origin",
  ],
  ["plain http elsewhere", { baseURL: "http://gateway.example" }, "dangerouslyAllowPlainHttp"],
  ["an empty field", { field: "" }, "field"],
  ["one status for a list", { authFailure: 401 }, "authFailure"],
  ["a fetch that is none", { fetch: {} }, "fetch is not a function"],
];

test.each(wrong)("%s is CONFIGURATION, at once", async (_, options, says) => {
  const store = sampleStore();
  const error = expect.objectContaining({ code: "CONFIGURATION" });
  expect(() => anthropicOptions(store, key, options)).toThrow(error);
  expect(() => anthropicOptions(store, key, options)).toThrow(says);
  const client = createAnthropicClient(store, key, options);
  await expect(client).rejects.toEqual(error);
  await assertNoLeak(client, [canary], { slowChannels: false });
});

test("an option of ours that is misspelled is CONFIGURATION", () => {
  const options = { autFailure: [401] } as object;
  expect(() => anthropicOptions(sampleStore(), key, options)).toThrow('no option "autFailure"');
});

test.each([
  ["no store", {}, key],
  ["nothing", undefined, key],
  ["no key", sampleStore(), ""],
])("%s is CONFIGURATION", async (_, store, name) => {
  const error = { code: "CONFIGURATION" };
  await expect(createAnthropicClient(store as never, name)).rejects.toMatchObject(error);
  await expect(AnthropicProvider.fromSecretStore(store as never, name)).rejects.toMatchObject(
    error,
  );
  expect(() => anthropicOptions(store as never, name)).toThrow(expect.objectContaining(error));
});

test("a provider's health is its service's, its key's and its store's", async () => {
  const { server, baseURL } = await sampleServer();
  const store = sampleStore();
  const provider = await AnthropicProvider.fromSecretStore(store, key, { baseURL });
  expect(provider.name).toBe("anthropic");
  expect(await provider.healthCheck()).toMatchObject({ ok: true, state: "unknown" }); // 404
  server.failures.push({ status: 503 });
  expect(await provider.healthCheck()).toMatchObject({ ok: false, state: "unavailable" });
  server.keys.clear();
  server.echoesKey = true;
  const refused = await provider.healthCheck();
  expect(refused).toMatchObject({
    ...{ ok: false, state: "unauthenticated", error: { code: "AUTHENTICATION_FAILED" } },
  });
  await assertNoLeak(refused, [canary]);
  const { length } = server.requests;
  expect(length).toBe(3); // no retry of the SDK's
  store.simulate("PERMISSION_DENIED");
  expect(await provider.healthCheck()).toMatchObject({
    ...{ ok: false, state: "denied", error: { code: "PERMISSION_DENIED", key } },
  });
  expect(server.requests).toHaveLength(length);
  const reason = new Error("enough");
  const signal = AbortSignal.abort(reason);
  await expect(provider.healthCheck({ signal })).rejects.toBe(reason);
  await server.close();
  store.simulate(undefined);
  expect(await provider.healthCheck()).toMatchObject({ ok: false, state: "unavailable" });
});
