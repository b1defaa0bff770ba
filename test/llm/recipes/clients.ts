import type { GoogleGenAI } from "@google/genai";
import type { ChatAnthropic } from "@langchain/anthropic";
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { ChatOpenAI } from "@langchain/openai";
import type { SecretStore } from "@llm-orchestrator/secrets-core";
import type { Mistral } from "@mistralai/mistralai";
import type { CohereClientV2 } from "cohere-ai";
import type Groq from "groq-sdk";

/** One function of the page of recipes, and how the client that it makes is asked. */
export interface Recipe {
  /** Of the function. */
  readonly name: string;
  /** The secret that the page reads. */
  readonly key: string;
  /** What the vendor's base URL adds to the server's. */
  readonly path: string;
  /** What the server answers to a key that it does not know. */
  readonly refusal: 400 | 401;
  plain(client: object): Promise<string>;
  parts(client: object): AsyncIterable<string>;
}

/** What the page's modules export. */
export type Make = (store: SecretStore, baseURL: string) => object;

const messages = [{ role: "user" as const, content: "Hello?" }];
const chat = { model: "sample", messages };

/** Mistral's content may also be a list of parts, which the server here does not send. */
const text = (content: unknown) => (typeof content === "string" ? content : "");

/** A recipe whose client has the type that its vendor says. */
function recipe<Client extends object>(
  facts: Pick<Recipe, "name" | "key"> & Partial<Recipe>,
  plain: (client: Client) => Promise<string | null | undefined>,
  parts: (client: Client) => AsyncIterable<string | null | undefined>,
): Recipe {
  return {
    ...{ path: "", refusal: 401, ...facts },
    plain: async (client) => (await plain(client as Client)) ?? "",
    parts: async function* (client) {
      for await (const part of parts(client as Client)) yield part ?? "";
    },
  };
}

const langChain = <Model extends BaseChatModel>(
  facts: Pick<Recipe, "name" | "key"> & Partial<Recipe>,
) =>
  recipe<Model>(
    facts,
    async (model) => (await model.invoke("Hello?")).text,
    async function* (model) {
      for await (const { text } of await model.stream("Hello?")) yield text;
    },
  );

export const recipes: readonly Recipe[] = [
  langChain<ChatOpenAI>({ name: "chatOpenAI", key: "openai/api_key", path: "/v1" }),
  langChain<ChatAnthropic>({ name: "chatAnthropic", key: "anthropic/api_key" }),
  recipe<GoogleGenAI>(
    { name: "googleGenAI", key: "google/api_key", refusal: 400 },
    async ({ models }) => {
      return (await models.generateContent({ model: "sample", contents: "Hello?" })).text;
    },
    async function* ({ models }) {
      const stream = await models.generateContentStream({ model: "sample", contents: "Hello?" });
      for await (const { text } of stream) yield text;
    },
  ),
  recipe<Mistral>(
    { name: "mistral", key: "mistral/api_key" },
    async (client) => text((await client.chat.complete(chat)).choices[0]?.message?.content),
    async function* (client) {
      for await (const { data } of await client.chat.stream(chat)) {
        yield text(data.choices[0]?.delta.content);
      }
    },
  ),
  recipe<CohereClientV2>(
    { name: "cohere", key: "cohere/api_key" },
    async (client) => {
      const [content] = (await client.chat(chat)).message.content ?? [];
      return content?.type === "text" ? content.text : "";
    },
    async function* (client) {
      for await (const event of await client.chatStream(chat)) {
        if (event.type === "content-delta") yield event.delta?.message?.content?.text;
      }
    },
  ),
  recipe<Groq>(
    { name: "groq", key: "groq/api_key" },
    async (client) => (await client.chat.completions.create(chat)).choices[0]?.message.content,
    async function* (client) {
      const stream = await client.chat.completions.create({ ...chat, stream: true });
      for await (const { choices } of stream) yield choices[0]?.delta.content;
    },
  ),
];
