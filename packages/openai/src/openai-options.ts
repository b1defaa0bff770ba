import type { SecretStore } from "@llm-orchestrator/secrets-core";
import { type LiveKey, liveKey, type SecretFetchOptions } from "@llm-orchestrator/secrets-live";

export interface OpenAISecretOptions extends Omit<SecretFetchOptions, "origin"> {
  /** The API. Default: the variable `OPENAI_BASE_URL`, else `https://api.openai.com/v1`. */
  readonly baseURL?: string | undefined;
  /** In place of `baseURL`, for clients that know their URL by another name: `AzureOpenAI`. */
  readonly origin?: string | readonly string[] | undefined;
}

/** Options of `new OpenAI`, or of any client that is compatible with it. */
export interface OpenAILiveOptions extends LiveKey {
  /** Absent when `origin` was passed. */
  readonly baseURL?: string;
}

/**
 * The options that make an OpenAI client's key live, to be spread into it. Another `baseURL` after
 * the spread is refused at the first call: pass it here.
 *
 * @throws SecretError `CONFIGURATION` for an option that cannot be used.
 * @example
 * ```ts
 * import { openAIOptions } from "@llm-orchestrator/secrets-openai";
 * import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
 * import OpenAI from "openai";
 *
 * const store = MemorySecretStore.from({ "openai/api_key": "sk-example" });
 * const client = new OpenAI({ ...openAIOptions(store, "openai/api_key"), maxRetries: 5 });
 * ```
 */
export function openAIOptions(
  store: SecretStore,
  key: string,
  options: OpenAISecretOptions = {},
): OpenAILiveOptions {
  const { baseURL, origin, ...rest } = options;
  if (origin !== undefined) return liveKey(store, key, { ...rest, origin });
  const url = resolveBaseURL(baseURL);
  return Object.freeze({ ...liveKey(store, key, { ...rest, origin: url }), baseURL: url });
}

/** What the SDK itself would use. */
export function resolveBaseURL(baseURL: string | null | undefined): string {
  const ambient = globalThis.process?.env?.OPENAI_BASE_URL?.trim();
  return baseURL ?? (ambient || "https://api.openai.com/v1");
}
