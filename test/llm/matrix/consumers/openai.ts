import type { SecretStore } from "@llm-orchestrator/secrets-core";
import {
  createOpenAIClient,
  OpenAIProvider,
  openAIOptions,
} from "@llm-orchestrator/secrets-openai";
import OpenAI from "openai";

declare const store: SecretStore;

const key = "openai/api_key";
const chat = { model: "sample", messages: [{ role: "user" as const, content: "Hello?" }] };

const options = openAIOptions(store, key);
const clients: OpenAI[] = [
  new OpenAI({ ...options, fetch: options.fetch as never }), // what openai 4 needs
  await createOpenAIClient(store, key, { maxRetries: 5, timeout: 1_000, organization: "sample" }),
];
for (const client of clients) {
  const { choices } = await client.chat.completions.create(chat);
  console.log(choices[0]?.message.content?.length);
}

const provider = await OpenAIProvider.fromSecretStore(store, key, { eager: false });
const text: string | null | undefined = (await provider.complete(chat)).choices[0]?.message.content;
for await (const { choices } of await provider.stream(chat, { maxRetries: 1 })) {
  console.log(text, choices[0]?.delta.content?.length);
}

// @ts-expect-error: the key comes from the store
await createOpenAIClient(store, key, { apiKey: "sk-of-mine" });
