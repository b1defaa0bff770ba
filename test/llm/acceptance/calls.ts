import type Anthropic from "@anthropic-ai/sdk";
import type { AnthropicProvider } from "@llm-orchestrator/secrets-anthropic";
import type { OpenAIProvider } from "@llm-orchestrator/secrets-openai";
import { generateText, type LanguageModel, streamText } from "ai";
import type OpenAI from "openai";

/** What a caller may say of one call. */
export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** The two ways to ask a model, whatever client does it. */
export interface Calls {
  /** The whole answer. */
  plain(options?: CallOptions): Promise<string>;
  /** The answer in parts, as they come. */
  parts(options?: CallOptions): AsyncIterable<string>;
}

const question = { role: "user", content: "Hello?" } as const;
const chat = { model: "sample", messages: [question] };
const message = { ...chat, max_tokens: 100 };

export function openAiCalls(client: OpenAI): Calls {
  return {
    plain: async (options) => textOf(await client.chat.completions.create(chat, options)),
    parts: async function* (options) {
      yield* deltasOf(await client.chat.completions.create({ ...chat, stream: true }, options));
    },
  };
}

export function openAiProviderCalls(provider: OpenAIProvider): Calls {
  return {
    plain: async (options) => textOf(await provider.complete(chat, options)),
    parts: async function* (options) {
      yield* deltasOf(await provider.stream(chat, options));
    },
  };
}

export function anthropicCalls(client: Anthropic): Calls {
  return {
    plain: async (options) => wholeOf(await client.messages.create(message, options)),
    parts: async function* (options) {
      yield* piecesOf(await client.messages.create({ ...message, stream: true }, options));
    },
  };
}

export function anthropicProviderCalls(provider: AnthropicProvider): Calls {
  return {
    plain: async (options) => wholeOf(await provider.complete(message, options)),
    parts: (options) => piecesOf(provider.stream(message, options)),
  };
}

/** @param maxRetries The AI SDK's own retries, which are set call by call. */
export function aiSdkCalls(model: LanguageModel, maxRetries: number | undefined): Calls {
  const prompt = question.content;
  const settings = ({ signal }: CallOptions = {}) => ({
    ...{ model, prompt, maxOutputTokens: 100 },
    ...(maxRetries !== undefined && { maxRetries }),
    ...(signal && { abortSignal: signal }),
  });
  return {
    plain: async (options) => (await generateText(settings(options))).text,
    parts: async function* (options) {
      // Its own way to report an error is to print it.
      const { fullStream } = streamText({ ...settings(options), onError: () => {} });
      for await (const part of fullStream) {
        if (part.type === "error") throw part.error;
        if (part.type === "abort") throw options?.signal?.reason;
        if (part.type === "text-delta") yield part.text;
      }
    },
  };
}

function textOf({ choices }: OpenAI.ChatCompletion): string {
  return choices[0]?.message.content ?? "";
}

async function* deltasOf(chunks: AsyncIterable<OpenAI.ChatCompletionChunk>) {
  for await (const { choices } of chunks) yield choices[0]?.delta.content ?? "";
}

function wholeOf({ content }: Anthropic.Message): string {
  return content.map((block) => (block.type === "text" ? block.text : "")).join("");
}

async function* piecesOf(events: AsyncIterable<Anthropic.MessageStreamEvent>) {
  for await (const event of events) {
    if (event.type !== "content_block_delta") continue;
    if (event.delta.type === "text_delta") yield event.delta.text;
  }
}
