import type { Anthropic } from "@anthropic-ai/sdk";
import type { HealthReport, OperationOptions, SecretStore } from "@llm-orchestrator/secrets-core";
import { type LlmProvider, probeProvider } from "@llm-orchestrator/secrets-live";
import { type AnthropicClientOptions, createAnthropicClient } from "./anthropic-client.js";

/**
 * Anthropic as a provider: a name, a health check, and the client with its two commonest calls. The
 * parameters and results are the SDK's own.
 *
 * @example
 * ```ts
 * import { AnthropicProvider } from "@llm-orchestrator/secrets-anthropic";
 * import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
 *
 * const store = MemorySecretStore.from({ "anthropic/api_key": "sk-ant-example" });
 * const anthropic = await AnthropicProvider.fromSecretStore(store, "anthropic/api_key");
 * console.log(anthropic.name); // anthropic
 * ```
 */
export class AnthropicProvider implements LlmProvider {
  readonly name = "anthropic";
  readonly client: Anthropic;

  /** @param client One from `createAnthropicClient`. */
  constructor(client: Anthropic) {
    this.client = client;
  }

  /** @throws SecretError As `createAnthropicClient` does. */
  static async fromSecretStore(
    store: SecretStore,
    key: string,
    options?: AnthropicClientOptions,
  ): Promise<AnthropicProvider> {
    const client = await createAnthropicClient(store, key, options);
    return new AnthropicProvider(client);
  }

  /** One message. */
  async complete(
    params: Anthropic.MessageCreateParamsNonStreaming,
    options?: Anthropic.RequestOptions,
  ): Promise<Anthropic.Message> {
    return this.client.messages.create(params, options);
  }

  /** One message in parts, as they come; `finalMessage()` of it waits for the whole. */
  stream(
    params: Anthropic.MessageStreamParams,
    options?: Anthropic.RequestOptions,
  ): ReturnType<Anthropic["messages"]["stream"]> {
    return this.client.messages.stream(params, options);
  }

  /** Lists the models, which costs nothing: whether the key is accepted and the service there. */
  healthCheck({ signal }: OperationOptions = {}): Promise<HealthReport> {
    const request = async (limit: AbortSignal) =>
      this.client.models.list({ limit: 1 }, { maxRetries: 0, signal: limit });
    return probeProvider(this.name, request, signal);
  }
}
