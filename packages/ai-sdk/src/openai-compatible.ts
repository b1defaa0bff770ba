/**
 * The AI SDK's provider for compatible services, with a key from a store.
 *
 * @packageDocumentation
 */
import {
  createOpenAICompatible as createProvider,
  type OpenAICompatibleProvider,
  type OpenAICompatibleProviderSettings,
} from "@ai-sdk/openai-compatible";
import { type LiveSettings, toProviderSettings } from "./live-settings.js";

/** The provider's own settings, and where its key is. */
export interface LiveOpenAICompatibleSettings
  extends Omit<OpenAICompatibleProviderSettings, "apiKey">,
    LiveSettings {}

/**
 * What `createOpenAICompatible` of `@ai-sdk/openai-compatible` makes, with a key that is read from
 * the store at each call.
 *
 * @throws SecretError `CONFIGURATION` for a setting that cannot be used.
 * @example
 * ```ts
 * import { createOpenAICompatible } from "@llm-orchestrator/secrets-ai-sdk/openai-compatible";
 * import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
 *
 * const store = MemorySecretStore.from({ "groq/api_key": "gsk-example" });
 * const groq = createOpenAICompatible({
 *   ...{ store, secret: "groq/api_key", name: "groq" },
 *   baseURL: "https://api.groq.com/openai/v1",
 * });
 * ```
 */
export function createOpenAICompatible(
  settings: LiveOpenAICompatibleSettings,
): OpenAICompatibleProvider {
  return createProvider(toProviderSettings(settings, settings.baseURL));
}
