import { assertNoLeak, MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import OpenAI from "openai";
import { startLlmServer } from "secrets-tools/llm-server";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { createOpenAIClient, OpenAIProvider, openAIOptions } from "../src/index.js";

const key = "openai/api_key";
const canary = "sk-canary-openai-4b1c";
const chat = { model: "sample", messages: [] };

beforeEach(() => void vi.stubEnv("OPENAI_BASE_URL", undefined));
afterEach(() => void vi.unstubAllEnvs());

function sampleStore() {
  return MemorySecretStore.from({ [key]: canary });
}

async function sampleServer() {
  const server = await startLlmServer({ keys: [canary] });
  onTestFinished(() => server.close());
  return { server, baseURL: `${server.url}/v1` };
}

test("the options hold a placeholder, a fetch and a base URL, and cannot be changed", async () => {
  const options = openAIOptions(sampleStore(), key);
  expect(Object.keys(options).sort()).toEqual(["adminAPIKey", "apiKey", "baseURL", "fetch"]);
  expect(options.baseURL).toBe("https://api.openai.com/v1");
  expect(options.apiKey).toMatch(/^secret-placeholder-/);
  expect(Object.isFrozen(options)).toBe(true);
  await assertNoLeak(options, [canary]);
});

test("the base URL is what was passed, else the variable, else OpenAI's, as the SDK has it", async () => {
  const store = sampleStore();
  const urlOf = (baseURL?: string) => openAIOptions(store, key, { baseURL }).baseURL;
  vi.stubEnv("OPENAI_BASE_URL", " https://gateway.example/v1 ");
  expect([urlOf("https://other.example"), urlOf()]).toEqual([
    "https://other.example",
    "https://gateway.example/v1",
  ]);
  expect((await createOpenAIClient(store, key)).baseURL).toBe("https://gateway.example/v1");
  vi.stubEnv("OPENAI_BASE_URL", " ");
  expect(urlOf()).toBe(new OpenAI({ apiKey: "none" }).baseURL);
});

test("a client of the variable's base URL calls there", async () => {
  const { server, baseURL } = await sampleServer();
  vi.stubEnv("OPENAI_BASE_URL", baseURL);
  const client = await createOpenAIClient(sampleStore(), key);
  await client.chat.completions.create(chat);
  await new OpenAI(openAIOptions(sampleStore(), key)).chat.completions.create(chat);
  expect(server.requests.map(({ status }) => status)).toEqual([200, 200]);
});

test("with an origin there is no base URL: the client has its own", () => {
  const options = openAIOptions(sampleStore(), key, { origin: "https://azure.example" });
  expect("baseURL" in options).toBe(false);
});

test("the client is the SDK's own, and holds none of our options", async () => {
  const client = await createOpenAIClient(sampleStore(), key, { maxRetries: 7, timeout: 123 });
  expect(client).toBeInstanceOf(OpenAI);
  expect([client.constructor.name, client.maxRetries, client.timeout]).toEqual(["OpenAI", 7, 123]);
  expect(client.withOptions({ timeout: 5 })).toBeInstanceOf(OpenAI);
});

const wrong: readonly [what: string, options: object, says: string][] = [
  ["a base URL that is none", { baseURL: "api.openai.com" }, "no web origin"],
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
  expect(() => openAIOptions(store, key, options)).toThrow(error);
  expect(() => openAIOptions(store, key, options)).toThrow(says);
  const client = createOpenAIClient(store, key, options);
  await expect(client).rejects.toEqual(error);
  await assertNoLeak(client, [canary], { slowChannels: false });
});

test("an option of ours that is misspelled is CONFIGURATION", () => {
  const options = { autFailure: [401] } as object;
  expect(() => openAIOptions(sampleStore(), key, options)).toThrow('no option "autFailure"');
});

test.each([
  ["no store", {}, key],
  ["nothing", undefined, key],
  ["no key", sampleStore(), ""],
])("%s is CONFIGURATION", async (_, store, name) => {
  const error = { code: "CONFIGURATION" };
  await expect(createOpenAIClient(store as never, name)).rejects.toMatchObject(error);
  await expect(OpenAIProvider.fromSecretStore(store as never, name)).rejects.toMatchObject(error);
  expect(() => openAIOptions(store as never, name)).toThrow(expect.objectContaining(error));
});

test("a provider's health is its service's, its key's and its store's", async () => {
  const { server, baseURL } = await sampleServer();
  const store = sampleStore();
  const provider = await OpenAIProvider.fromSecretStore(store, key, { baseURL });
  expect(provider.name).toBe("openai");
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
