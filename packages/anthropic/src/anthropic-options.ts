import type { SecretStore } from "@llm-orchestrator/secrets-core";
import {
  type LiveKey,
  liveKey,
  refuseOptions,
  type SecretFetchOptions,
} from "@llm-orchestrator/secrets-live";

export interface AnthropicSecretOptions extends Omit<SecretFetchOptions, "origin"> {
  /** The API. Default: the variable `ANTHROPIC_BASE_URL`, else `https://api.anthropic.com`. */
  readonly baseURL?: string | undefined;
}

/** Options of `new Anthropic`. */
export interface AnthropicLiveOptions extends LiveKey {
  readonly baseURL: string;
  /** Keeps the variable `ANTHROPIC_AUTH_TOKEN` out, which the SDK would send beside the key. */
  readonly authToken: null;
}

/**
 * The options that make an Anthropic client's key live, to be spread into it; of the SDK's 0.x and
 * 1.x. Another `baseURL` after the spread is refused at the first call: pass it here.
 *
 * @throws SecretError `CONFIGURATION` for an option that cannot be used.
 * @example
 * ```ts
 * import Anthropic from "@anthropic-ai/sdk";
 * import { anthropicOptions } from "@llm-orchestrator/secrets-anthropic";
 * import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
 *
 * const store = MemorySecretStore.from({ "anthropic/api_key": "sk-ant-example" });
 * const client = new Anthropic({ ...anthropicOptions(store, "anthropic/api_key") });
 * ```
 */
export function anthropicOptions(
  store: SecretStore,
  key: string,
  options: AnthropicSecretOptions = {},
): AnthropicLiveOptions {
  refuseOptions(options, {});
  const { baseURL, ...rest } = options;
  const url = resolveBaseURL(baseURL);
  const live = liveKey(store, key, { ...rest, origin: url });
  return Object.freeze({ ...live, baseURL: url, authToken: null });
}

/** What the SDK itself would use. Nothing but white space counts as nothing. */
export function resolveBaseURL(baseURL: string | null | undefined): string {
  const ambient = globalThis.process?.env?.ANTHROPIC_BASE_URL?.trim();
  return baseURL?.trim() || ambient || "https://api.anthropic.com";
}
