/**
 * OpenAI clients whose API key sits in a secret store.
 *
 * @packageDocumentation
 */
export type { OpenAIClientOptions } from "./openai-client.js";
export { createOpenAIClient } from "./openai-client.js";
export type { OpenAILiveOptions, OpenAISecretOptions } from "./openai-options.js";
export { openAIOptions } from "./openai-options.js";
export { OpenAIProvider } from "./openai-provider.js";
