/**
 * The AI SDK's OpenAI provider with a key from a store.
 *
 * @packageDocumentation
 */
import {
  createOpenAI as createProvider,
  type OpenAIProvider,
  type OpenAIProviderSettings,
} from "@ai-sdk/openai";
import { ambient, type LiveSettings, toProviderSettings } from "./live-settings.js";

/** The provider's own settings, and where its key is. */
export interface LiveOpenAISettings extends Omit<OpenAIProviderSettings, "apiKey">, LiveSettings {}

/**
 * What `createOpenAI` of `@ai-sdk/openai` makes, with a key that is read from the store at each
 * call.
 *
 * @throws SecretError `CONFIGURATION` for a setting that cannot be used.
 * @example
 * ```ts
 * import { createOpenAI } from "@llm-orchestrator/secrets-ai-sdk/openai";
 * import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
 *
 * const store = MemorySecretStore.from({ "openai/api_key": "sk-example" });
 * const openai = createOpenAI({ store, secret: "openai/api_key" });
 * const model = openai("gpt-5");
 * ```
 */
export function createOpenAI(settings: LiveOpenAISettings): OpenAIProvider {
  const baseURL = ambient("OPENAI_BASE_URL") ?? "https://api.openai.com/v1";
  return createProvider(toProviderSettings(settings, baseURL));
}
