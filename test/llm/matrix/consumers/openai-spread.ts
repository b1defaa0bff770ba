import type { SecretStore } from "@llm-orchestrator/secrets-core";
import { openAIOptions } from "@llm-orchestrator/secrets-openai";
import OpenAI, { AzureOpenAI } from "openai";

declare const store: SecretStore;

const endpoint = "https://sample.openai.azure.com";
export const clients = [
  new OpenAI({ ...openAIOptions(store, "openai/api_key"), maxRetries: 5 }),
  new AzureOpenAI({
    ...openAIOptions(store, "azure/api_key", { origin: endpoint }),
    ...{ endpoint, apiVersion: "2025-04-01-preview" },
  }),
];
