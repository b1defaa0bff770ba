import { createOpenAI as createOpenAIProvider } from "@ai-sdk/openai";
import Anthropic from "@anthropic-ai/sdk";
import { createOpenAI } from "@llm-orchestrator/secrets-ai-sdk/openai";
import { createAnthropicClient } from "@llm-orchestrator/secrets-anthropic";
import type { SecretStore } from "@llm-orchestrator/secrets-core";
import { createOpenAIClient } from "@llm-orchestrator/secrets-openai";
import { generateText, type LanguageModel } from "ai";
import OpenAI from "openai";

/** One call of a model, by one of the SDKs. */
export type Call = (caller: string) => Promise<unknown>;

/** `live` reads its key from the store all along; `static` was given it once, as is usual. */
export type ClientKind = "live" | "static";

export interface ClientOptions {
  readonly clients: ClientKind;
  readonly store: SecretStore;
  readonly secret: string;
  /** The provider's. */
  readonly url: string;
  /** The SDKs' own retries. */
  readonly maxRetries: number;
}

export async function makeCalls(options: ClientOptions): Promise<readonly Call[]> {
  return options.clients === "live" ? makeLiveCalls(options) : makeStaticCalls(options);
}

async function makeLiveCalls({ store, secret, url, maxRetries }: ClientOptions) {
  const baseURL = `${url}/v1`;
  const openai = await createOpenAIClient(store, secret, { baseURL, maxRetries });
  const anthropic = await createAnthropicClient(store, secret, { baseURL: url, maxRetries });
  const aiSdk = createOpenAI({ store, secret, baseURL });
  return toCalls(openai, anthropic, aiSdk.chat("sample"), maxRetries);
}

async function makeStaticCalls({ store, secret, url, maxRetries }: ClientOptions) {
  const { value } = await store.getSecret(secret);
  const apiKey = value.expose();
  const baseURL = `${url}/v1`;
  const openai = new OpenAI({ apiKey, baseURL, maxRetries });
  const anthropic = new Anthropic({ apiKey, baseURL: url, maxRetries });
  const aiSdk = createOpenAIProvider({ apiKey, baseURL });
  return toCalls(openai, anthropic, aiSdk.chat("sample"), maxRetries);
}

function toCalls(
  openai: OpenAI,
  anthropic: Anthropic,
  model: LanguageModel,
  maxRetries: number,
): readonly Call[] {
  const content = "Say hello.";
  const messages = [{ role: "user" as const, content }];
  return [
    (caller) =>
      openai.chat.completions.create(
        { model: "sample", messages },
        { headers: { "x-caller": caller } },
      ),
    (caller) =>
      anthropic.messages.create(
        { model: "sample", max_tokens: 10, messages },
        { headers: { "x-caller": caller } },
      ),
    (caller) =>
      generateText({ model, prompt: content, maxRetries, headers: { "x-caller": caller } }),
  ];
}
