import { createOpenAI as createPlainOpenAI } from "@ai-sdk/openai";
import Anthropic from "@anthropic-ai/sdk";
import { createAnthropic } from "@llm-orchestrator/secrets-ai-sdk/anthropic";
import { createOpenAI } from "@llm-orchestrator/secrets-ai-sdk/openai";
import { createOpenAICompatible } from "@llm-orchestrator/secrets-ai-sdk/openai-compatible";
import {
  AnthropicProvider,
  anthropicOptions,
  createAnthropicClient,
} from "@llm-orchestrator/secrets-anthropic";
import type { SecretStore } from "@llm-orchestrator/secrets-core";
import {
  type FetchFunction,
  liveKey,
  type SecretFetchOptions,
} from "@llm-orchestrator/secrets-live";
import {
  createOpenAIClient,
  OpenAIProvider,
  openAIOptions,
} from "@llm-orchestrator/secrets-openai";
import type { LanguageModel } from "ai";
import OpenAI from "openai";
import {
  aiSdkCalls,
  anthropicCalls,
  anthropicProviderCalls,
  type Calls,
  openAiCalls,
  openAiProviderCalls,
} from "./calls.js";

/** What every subject is made from. */
export interface Connection extends Pick<SecretFetchOptions, "field" | "authFailure"> {
  readonly store: SecretStore;
  readonly key: string;
  /** Of the server, without a path. */
  readonly url: string;
  /** The SDK's own. */
  readonly maxRetries?: number;
  readonly fetch?: FetchFunction;
  readonly headers?: Record<string, string>;
  /** Of the SDK, for one request. */
  readonly timeoutMs?: number;
  /** Gets what the SDK logs at its level `debug`. */
  readonly log?: (...line: unknown[]) => void;
  /** False: the store is first asked by the first call. */
  readonly eager?: boolean;
}

/** A client that was made, and everything of it that an application may hold, or print. */
export interface Connected extends Calls {
  readonly held: Readonly<Record<string, unknown>>;
}

/** One way to make a client whose key is live. */
export interface Subject {
  readonly name: string;
  readonly sdk: "openai" | "anthropic" | "ai";
  /** The header that carries its key. */
  readonly keyHeader: "authorization" | "x-api-key";
  /** Made by a function of ours that can ask the store before the SDK's retries begin. */
  readonly readsFirst: boolean;
  connect(connection: Connection): Promise<Connected>;
}

/** The options that go to the function that reads the secret. */
function secretOptions({ url, field, authFailure, fetch }: Connection, path = "") {
  return { baseURL: `${url}${path}`, field, authFailure, ...(fetch && { fetch }) };
}

/** The options that are the vendor's SDK's own. */
function sdkOptions({ maxRetries, headers, timeoutMs, log }: Connection) {
  return {
    ...(maxRetries !== undefined && { maxRetries }),
    ...(headers && { defaultHeaders: headers }),
    ...(timeoutMs !== undefined && { timeout: timeoutMs }),
    ...(log && { logLevel: "debug" as const, logger: loggerTo(log) }),
  };
}

function loggerTo(log: (...line: unknown[]) => void) {
  return { error: log, warn: log, info: log, debug: log };
}

/** The options of our own functions, which take both. */
function allOptions(connection: Connection, path = "") {
  const { eager } = connection;
  return { ...secretOptions(connection, path), ...sdkOptions(connection), ...{ eager } };
}

const ofOpenAi = { sdk: "openai", keyHeader: "authorization" } as const;
const ofAnthropic = { sdk: "anthropic", keyHeader: "authorization" } as const;

const openAiSubjects: readonly Subject[] = [
  {
    ...{ name: "createOpenAIClient", ...ofOpenAi, readsFirst: true },
    connect: async (connection) => {
      const { store, key } = connection;
      const client = await createOpenAIClient(store, key, allOptions(connection, "/v1"));
      return { ...openAiCalls(client), held: partsOfOpenAi(client) };
    },
  },
  {
    ...{ name: "new OpenAI(openAIOptions)", ...ofOpenAi, readsFirst: false },
    connect: async (connection) => {
      const { store, key } = connection;
      const options = openAIOptions(store, key, secretOptions(connection, "/v1"));
      const client = new OpenAI({ ...options, ...sdkOptions(connection) });
      return { ...openAiCalls(client), held: { options, ...partsOfOpenAi(client) } };
    },
  },
  {
    ...{ name: "OpenAIProvider", ...ofOpenAi, readsFirst: true },
    connect: async (connection) => {
      const { store, key } = connection;
      const options = allOptions(connection, "/v1");
      const provider = await OpenAIProvider.fromSecretStore(store, key, options);
      return { ...openAiProviderCalls(provider), held: { provider } };
    },
  },
];

const anthropicSubjects: readonly Subject[] = [
  {
    ...{ name: "createAnthropicClient", ...ofAnthropic, readsFirst: true },
    connect: async (connection) => {
      const { store, key } = connection;
      const client = await createAnthropicClient(store, key, allOptions(connection));
      return { ...anthropicCalls(client), held: { client, messages: client.messages } };
    },
  },
  {
    ...{ name: "new Anthropic(anthropicOptions)", ...ofAnthropic, readsFirst: false },
    connect: async (connection) => {
      const { store, key } = connection;
      const options = anthropicOptions(store, key, secretOptions(connection));
      const client = new Anthropic({ ...options, ...sdkOptions(connection) });
      return { ...anthropicCalls(client), held: { options, client, messages: client.messages } };
    },
  },
  {
    ...{ name: "AnthropicProvider", ...ofAnthropic, readsFirst: true },
    connect: async (connection) => {
      const { store, key } = connection;
      const provider = await AnthropicProvider.fromSecretStore(store, key, allOptions(connection));
      return { ...anthropicProviderCalls(provider), held: { provider } };
    },
  },
];

const aiSdkSubjects: readonly Subject[] = [
  aiSdk("createOpenAI of ai-sdk", "authorization", (settings) => {
    const provider = createOpenAI(settings);
    return [provider, provider("sample")];
  }),
  aiSdk("createAnthropic of ai-sdk", "x-api-key", (settings) => {
    const provider = createAnthropic(settings);
    return [provider, provider("sample")];
  }),
  aiSdk("createOpenAICompatible of ai-sdk", "authorization", (settings) => {
    const provider = createOpenAICompatible({ ...settings, name: "sample" });
    return [provider, provider("sample")];
  }),
  aiSdk("createOpenAI(liveKey) of @ai-sdk/openai", "authorization", (settings) => {
    const { store, secret, baseURL, headers, ...options } = settings;
    const provider = createPlainOpenAI({
      ...liveKey(store, secret, { ...options, origin: baseURL }),
      ...{ baseURL, ...(headers && { headers }) },
    });
    return [provider, provider.chat("sample")];
  }),
];

interface AiSdkSettings extends Pick<Connection, "store" | "field" | "authFailure"> {
  readonly secret: string;
  readonly baseURL: string;
  readonly fetch?: FetchFunction;
  readonly headers?: Record<string, string>;
}

function aiSdk(
  name: string,
  keyHeader: Subject["keyHeader"],
  make: (settings: AiSdkSettings) => readonly [provider: object, model: LanguageModel],
): Subject {
  return {
    ...{ name, sdk: "ai", keyHeader, readsFirst: false },
    connect: async (connection) => {
      const { store, key: secret, headers, maxRetries } = connection;
      const options = secretOptions(connection, "/v1");
      const [provider, model] = make({ store, secret, ...options, ...(headers && { headers }) });
      return { ...aiSdkCalls(model, maxRetries), held: { provider, model } };
    },
  };
}

function partsOfOpenAi(client: OpenAI) {
  return { client, chat: client.chat, completions: client.chat.completions };
}

export const subjects: readonly Subject[] = [
  ...openAiSubjects,
  ...anthropicSubjects,
  ...aiSdkSubjects,
];
