import type { HealthReport, OperationOptions, SecretStore } from "@llm-orchestrator/secrets-core";

/** A vendor's client whose key is live. */
export interface LlmProvider {
  /** Such as `"openai"`. */
  readonly name: string;
  /** Whether the next call would work. Resolves also when it would not. */
  healthCheck(options?: OperationOptions): Promise<HealthReport>;
}

/** What makes one: `OpenAIProvider`, `AnthropicProvider`, or your own; with options of its own. */
export interface LlmProviderFactory<
  Provider extends LlmProvider = LlmProvider,
  Options = undefined,
> {
  fromSecretStore(store: SecretStore, key: string, options?: Options): Promise<Provider>;
}
