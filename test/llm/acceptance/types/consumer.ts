// An application's code, which has to compile as strictly as an application may be. Never run.
import { createOpenAI as createPlainOpenAI } from "@ai-sdk/openai";
import Anthropic from "@anthropic-ai/sdk";
import { createAnthropic } from "@llm-orchestrator/secrets-ai-sdk/anthropic";
import { createOpenAI } from "@llm-orchestrator/secrets-ai-sdk/openai";
import { createOpenAICompatible } from "@llm-orchestrator/secrets-ai-sdk/openai-compatible";
import {
  AnthropicProvider,
  anthropicOptions,
  createAnthropicClient,
} from "@llm-orchestrator/secrets-anthropic";
import type { HealthReport, SecretStore } from "@llm-orchestrator/secrets-core";
import { createSecretFetch, liveKey, ProviderRegistry } from "@llm-orchestrator/secrets-live";
import {
  createOpenAIClient,
  OpenAIProvider,
  openAIOptions,
} from "@llm-orchestrator/secrets-openai";
import type { LanguageModel } from "ai";
import OpenAI, { AzureOpenAI } from "openai";

declare const store: SecretStore;
const key = "openai/api_key";
const origin = "https://api.example";
const chat = { model: "sample", messages: [{ role: "user" as const, content: "Hello?" }] };

export async function openAi(): Promise<string | null | undefined> {
  const client: OpenAI = await createOpenAIClient(store, key, {
    ...{ maxRetries: 5, timeout: 1_000, organization: "org", defaultHeaders: { "x-team": "a" } },
    ...{ field: "api_key", eager: false, fetch, logLevel: "debug" },
  });
  const spread = new OpenAI({ ...openAIOptions(store, key), maxRetries: 5 });
  const azure = new AzureOpenAI({
    ...openAIOptions(store, key, { origin }),
    ...{ endpoint: origin, apiVersion: "2026-01-01" },
  });
  const clone: OpenAI = client.withOptions({ maxRetries: 0 });
  const provider = await OpenAIProvider.fromSecretStore(store, key, { timeout: 1_000 });
  for await (const { choices } of await provider.stream(chat)) void choices[0]?.delta.content;
  void [spread, azure, clone, provider.client.models];
  // @ts-expect-error The key comes from the store.
  void createOpenAIClient(store, key, { apiKey: "sk-example" });
  // @ts-expect-error What is no store.
  void createOpenAIClient({}, key);
  // @ts-expect-error `messages` is missing, as the SDK's own types say.
  void provider.complete({ model: "sample" });
  const { choices } = await provider.complete(chat);
  return choices[0]?.message.content;
}

export async function anthropic(): Promise<Anthropic.Message> {
  const client: Anthropic = await createAnthropicClient(store, key, { maxRetries: 5, fetch });
  const spread = new Anthropic({ ...anthropicOptions(store, key), maxRetries: 5 });
  const provider = await AnthropicProvider.fromSecretStore(store, key);
  // @ts-expect-error The key comes from the store.
  void createAnthropicClient(store, key, { authToken: "sk-example" });
  void [client.withOptions({ timeout: 1_000 }), spread];
  return provider.stream({ ...chat, max_tokens: 100 }).finalMessage();
}

export function aiSdk(): readonly LanguageModel[] {
  const secret = key;
  const openAI = createOpenAI({ store, secret, organization: "org", headers: { "x-team": "a" } });
  const anthropicModels = createAnthropic({ store, secret, fetch });
  const groq = createOpenAICompatible({ store, secret, name: "groq", baseURL: origin });
  const plain = createPlainOpenAI({ ...liveKey(store, key, { origin }), baseURL: origin });
  // @ts-expect-error The key comes from the store.
  createOpenAI({ store, secret, apiKey: "sk-example" });
  // @ts-expect-error Where it is, is missing.
  createAnthropic({ store });
  return [openAI("a"), openAI.chat("a"), anthropicModels("a"), groq("a"), plain("a")];
}

export async function anyClient(): Promise<HealthReport> {
  const secretFetch = createSecretFetch(store, key, { origin });
  const asFetch: typeof fetch = secretFetch;
  await asFetch(new URL(origin), { headers: { "x-api-key": secretFetch.placeholder } });
  // @ts-expect-error Without an origin nobody knows where the key may go.
  liveKey(store, key, {});
  const registry = new ProviderRegistry()
    .withSecretStore(store)
    .register("openai", OpenAIProvider, key)
    .register("anthropic", AnthropicProvider, "anthropic/api_key");
  const provider: OpenAIProvider = await registry.get("openai");
  // @ts-expect-error Nobody registered it.
  void registry.get("gemini");
  const { anthropic: report } = await registry.healthCheck();
  return provider.name === "openai" ? report : provider.healthCheck();
}
