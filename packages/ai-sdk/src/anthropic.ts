/**
 * The AI SDK's Anthropic provider with a key from a store.
 *
 * @packageDocumentation
 */
import {
  type AnthropicProvider,
  type AnthropicProviderSettings,
  createAnthropic as createProvider,
} from "@ai-sdk/anthropic";
import { ambient, type LiveSettings, toProviderSettings } from "./live-settings.js";

/** The provider's own settings, and where its key is. */
export interface LiveAnthropicSettings
  extends Omit<AnthropicProviderSettings, "apiKey" | "authToken">,
    LiveSettings {}

/**
 * What `createAnthropic` of `@ai-sdk/anthropic` makes, with a key that is read from the store at
 * each call.
 *
 * @throws SecretError `CONFIGURATION` for a setting that cannot be used.
 * @example
 * ```ts
 * import { createAnthropic } from "@llm-orchestrator/secrets-ai-sdk/anthropic";
 * import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
 *
 * const store = MemorySecretStore.from({ "anthropic/api_key": "sk-ant-example" });
 * const anthropic = createAnthropic({ store, secret: "anthropic/api_key" });
 * const model = anthropic("claude-sonnet-4-5");
 * ```
 */
export function createAnthropic(settings: LiveAnthropicSettings): AnthropicProvider {
  const baseURL = ambient("ANTHROPIC_BASE_URL") ?? "https://api.anthropic.com/v1";
  return createProvider(toProviderSettings(settings, baseURL));
}
