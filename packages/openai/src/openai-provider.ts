import type { HealthReport, OperationOptions, SecretStore } from "@llm-orchestrator/secrets-core";
import { type LlmProvider, probeProvider } from "@llm-orchestrator/secrets-live";
import type { OpenAI } from "openai";
import { createOpenAIClient, type OpenAIClientOptions } from "./openai-client.js";

type StreamParams = Omit<OpenAI.ChatCompletionCreateParamsStreaming, "stream">;

/**
 * OpenAI as a provider: a name, a health check, and the client with its two commonest calls. The
 * parameters and results are the SDK's own.
 *
 * @example
 * ```ts
 * import { OpenAIProvider } from "@llm-orchestrator/secrets-openai";
 * import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
 *
 * const store = MemorySecretStore.from({ "openai/api_key": "sk-example" });
 * const openai = await OpenAIProvider.fromSecretStore(store, "openai/api_key");
 * console.log(openai.name); // openai
 * ```
 */
export class OpenAIProvider implements LlmProvider {
  readonly name = "openai";
  readonly client: OpenAI;

  /** @param client One from `createOpenAIClient`. */
  constructor(client: OpenAI) {
    this.client = client;
  }

  /** @throws SecretError As `createOpenAIClient` does. */
  static async fromSecretStore(
    store: SecretStore,
    key: string,
    options?: OpenAIClientOptions,
  ): Promise<OpenAIProvider> {
    const client = await createOpenAIClient(store, key, options);
    return new OpenAIProvider(client);
  }

  /** One chat completion. */
  async complete(
    params: OpenAI.ChatCompletionCreateParamsNonStreaming,
    options?: OpenAI.RequestOptions,
  ): Promise<OpenAI.ChatCompletion> {
    return this.client.chat.completions.create(params, options);
  }

  /** One chat completion in parts, as they come. */
  async stream(
    params: StreamParams,
    options?: OpenAI.RequestOptions,
  ): Promise<AsyncIterable<OpenAI.ChatCompletionChunk>> {
    return this.client.chat.completions.create({ ...params, stream: true }, options);
  }

  /** Lists the models, which costs nothing: whether the key is accepted and the service there. */
  healthCheck({ signal }: OperationOptions = {}): Promise<HealthReport> {
    const request = async (limit: AbortSignal) =>
      this.client.models.list({ maxRetries: 0, signal: limit });
    return probeProvider(this.name, request, signal);
  }
}
