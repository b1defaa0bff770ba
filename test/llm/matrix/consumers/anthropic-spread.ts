import Anthropic from "@anthropic-ai/sdk";
import { anthropicOptions } from "@llm-orchestrator/secrets-anthropic";
import type { SecretStore } from "@llm-orchestrator/secrets-core";

declare const store: SecretStore;

export const client = new Anthropic({
  ...anthropicOptions(store, "anthropic/api_key"),
  maxRetries: 5,
});
