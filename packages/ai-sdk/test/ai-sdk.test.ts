import type { SecretStore } from "@llm-orchestrator/secrets-core";
import { assertNoLeak, MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { generateText, type LanguageModel } from "ai";
import { startLlmServer } from "secrets-tools/llm-server";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { createAnthropic } from "../src/anthropic.js";
import { createOpenAI } from "../src/openai.js";
import { createOpenAICompatible } from "../src/openai-compatible.js";

const secret = "llm/api_key";
const canary = "sk-canary-ai-sdk-88e2";
const variables = ["OPENAI_BASE_URL", "ANTHROPIC_BASE_URL"];

beforeEach(() => {
  for (const variable of variables) vi.stubEnv(variable, undefined);
});
afterEach(() => void vi.unstubAllEnvs());

function sampleStore() {
  return MemorySecretStore.from({ [secret]: canary });
}

async function sampleServer() {
  const server = await startLlmServer({ keys: [canary] });
  onTestFinished(() => server.close());
  return server;
}

interface Settings {
  readonly store: SecretStore;
  readonly secret: string;
  readonly baseURL?: string;
}

const makers: readonly [
  name: string,
  make: (settings: Settings) => (id: string) => LanguageModel,
][] = [
  ["createOpenAI", createOpenAI],
  ["createAnthropic", createAnthropic],
  [
    "createOpenAICompatible",
    (settings) =>
      createOpenAICompatible({ baseURL: "https://api.example/v1", ...settings, name: "sample" }),
  ],
];

test.each(makers.slice(0, 2))("%s calls where its variable says", async (name, make) => {
  const server = await sampleServer();
  const variable = name === "createOpenAI" ? "OPENAI_BASE_URL" : "ANTHROPIC_BASE_URL";
  vi.stubEnv(variable, ` ${server.url}/v1 `);
  const model = make({ store: sampleStore(), secret })("sample");
  await generateText({ model, prompt: "Hello?", maxOutputTokens: 100 });
  expect(server.requests.map(({ status }) => status)).toEqual([200]);
});

test.each(makers.slice(0, 2))("%s calls the vendor by default", async (name, make) => {
  const urls: unknown[] = [];
  vi.stubGlobal("fetch", async (url: unknown) => {
    urls.push(url);
    return Response.json({ error: { message: "no" } }, { status: 400 });
  });
  onTestFinished(() => void vi.unstubAllGlobals());
  const model = make({ store: sampleStore(), secret })("sample");
  await expect(generateText({ model, prompt: "Hello?", maxOutputTokens: 100 })).rejects.toThrow();
  const host = name === "createOpenAI" ? "api.openai.com" : "api.anthropic.com";
  expect(urls.map((url) => new URL(String(url)).host)).toEqual([host]);
});

test.each(makers)("%s makes what its original makes", async (_, make) => {
  const provider = make({ store: sampleStore(), secret });
  expect(provider("sample")).toMatchObject({ modelId: "sample" });
  expect(provider).toHaveProperty("languageModel");
  await assertNoLeak({ provider }, [canary]);
});

const wrong: readonly [what: string, settings: object, says: string][] = [
  ["a store that is none", { store: {}, secret }, "not a SecretStore"],
  ["a store that is missing", { secret }, "not a SecretStore"],
  ["a secret that is missing", { store: sampleStore() }, "is not a key"],
  ["a base URL that is none", { baseURL: "api.example" }, "no web origin"],
  ["plain http elsewhere", { baseURL: "http://gateway.example" }, "dangerouslyAllowPlainHttp"],
  ["an empty field", { field: "" }, "field"],
  ["one status for a list", { authFailure: 401 }, "authFailure"],
];

test.each(makers.flatMap(([name, make]) => wrong.map((row) => [name, ...row, make] as const)))(
  "%s refuses %s as CONFIGURATION, at once",
  (_, what, settings, says, make) => {
    const given = /missing/.test(what) ? settings : { store: sampleStore(), secret, ...settings };
    const call = () => make(given as Settings);
    expect(call).toThrow(expect.objectContaining({ code: "CONFIGURATION" }));
    expect(call).toThrow(says);
  },
);

test("a compatible service without a base URL is CONFIGURATION", () => {
  const settings = { store: sampleStore(), secret, name: "sample" } as never;
  expect(() => createOpenAICompatible(settings)).toThrow("origin is missing");
});
