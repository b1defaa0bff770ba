import { createOpenAI as createPlainOpenAI } from "@ai-sdk/openai";
import { createAnthropic } from "@llm-orchestrator/secrets-ai-sdk/anthropic";
import { createOpenAI } from "@llm-orchestrator/secrets-ai-sdk/openai";
import { createOpenAICompatible } from "@llm-orchestrator/secrets-ai-sdk/openai-compatible";
import type { SecretStore } from "@llm-orchestrator/secrets-core";
import { liveKey } from "@llm-orchestrator/secrets-live";
import { generateText, streamText } from "ai";

declare const store: SecretStore;

const baseURL = "https://api.groq.com/openai/v1";
const models = [
  createOpenAI({ store, secret: "openai/api_key", organization: "sample" })("sample"),
  createAnthropic({ store, secret: "anthropic/api_key" })("sample"),
  createOpenAICompatible({ store, secret: "groq/api_key", name: "groq", baseURL })("sample"),
  createPlainOpenAI({ ...liveKey(store, "groq/api_key", { origin: baseURL }), baseURL })("sample"),
];
for (const model of models) {
  const { text } = await generateText({ model, prompt: "Hello?" });
  for await (const part of streamText({ model, prompt: text }).textStream) console.log(part.length);
}

// @ts-expect-error: the key comes from the store
createOpenAI({ store, secret: "openai/api_key", apiKey: "sk-of-mine" });
