/**
 * Anthropic clients whose API key sits in a secret store.
 *
 * @packageDocumentation
 */
export type { AnthropicClientOptions } from "./anthropic-client.js";
export { createAnthropicClient } from "./anthropic-client.js";
export type { AnthropicLiveOptions, AnthropicSecretOptions } from "./anthropic-options.js";
export { anthropicOptions } from "./anthropic-options.js";
export { AnthropicProvider } from "./anthropic-provider.js";
