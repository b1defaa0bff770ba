import { createRequire } from "node:module";
import { createOpenAI as createPlainOpenAI } from "@ai-sdk/openai";
import { createAnthropic } from "@llm-orchestrator/secrets-ai-sdk/anthropic";
import { createOpenAI } from "@llm-orchestrator/secrets-ai-sdk/openai";
import { createOpenAICompatible } from "@llm-orchestrator/secrets-ai-sdk/openai-compatible";
import { liveKey } from "@llm-orchestrator/secrets-live";
import { APICallError, type LanguageModel } from "ai";
import { aiSdkCalls } from "../../acceptance/calls.js";
import { type Connect, key, tryOut } from "./trial.js";

type Make = (settings: {
  store: Parameters<Connect>[0];
  secret: string;
  baseURL: string;
}) => LanguageModel & object;

const makes: Readonly<Record<string, Make>> = {
  "createOpenAI()": (settings) => createOpenAI(settings).chat("sample"),
  "createOpenAI(), responses": (settings) => createOpenAI(settings).responses("sample"),
  "createAnthropic()": (settings) => createAnthropic(settings)("sample"),
  "createOpenAICompatible()": (settings) =>
    createOpenAICompatible({ ...settings, name: "sample" })("sample"),
  "createOpenAI({ ...liveKey() }) of @ai-sdk/openai": ({ store, secret, baseURL }) =>
    createPlainOpenAI({ ...liveKey(store, secret, { origin: baseURL }), baseURL }).chat("sample"),
};

const isSdkError = (error: unknown) => APICallError.isInstance(error) && error.statusCode === 401;

const trials: Record<string, unknown> = {};
for (const [name, make] of Object.entries(makes)) {
  const connect: Connect = async (store, url) => {
    const client = make({ store, secret: key, baseURL: `${url}/v1` });
    return { client, calls: aiSdkCalls(client, 1) };
  };
  trials[name] = await tryOut(connect, isSdkError);
}
const { version } = createRequire(import.meta.url)("ai/package.json") as { version: string };
console.log(JSON.stringify({ sdk: version, trials }));
