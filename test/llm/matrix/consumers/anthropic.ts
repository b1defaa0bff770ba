import Anthropic from "@anthropic-ai/sdk";
import {
  AnthropicProvider,
  anthropicOptions,
  createAnthropicClient,
} from "@llm-orchestrator/secrets-anthropic";
import type { SecretStore } from "@llm-orchestrator/secrets-core";

declare const store: SecretStore;

const key = "anthropic/api_key";
const question = {
  ...{ model: "sample", max_tokens: 100 },
  messages: [{ role: "user" as const, content: "Hello?" }],
};

const options = anthropicOptions(store, key);
const clients: Anthropic[] = [
  new Anthropic({ ...options, fetch: options.fetch as never }), // what versions before 0.50 need
  await createAnthropicClient(store, key, { maxRetries: 5, timeout: 1_000 }),
];
for (const client of clients) {
  const { content } = await client.messages.create(question);
  console.log(content.length);
}

const provider = await AnthropicProvider.fromSecretStore(store, key, { eager: false });
const count: number = (await provider.complete(question)).content.length;
for await (const event of provider.stream(question, { maxRetries: 1 })) {
  console.log(count, event.type);
}

// @ts-expect-error: the key comes from the store
await createAnthropicClient(store, key, { apiKey: "sk-of-mine" });
