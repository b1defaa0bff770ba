import { SecretError, type SecretStore } from "@llm-orchestrator/secrets-core";
import {
  type LiveKey,
  liveKey,
  refuseOptions,
  type SecretFetchOptions,
} from "@llm-orchestrator/secrets-live";

export interface OpenAISecretOptions extends Omit<SecretFetchOptions, "origin"> {
  /** The API. Default: the variable `OPENAI_BASE_URL`, else `https://api.openai.com/v1`. */
  readonly baseURL?: string | undefined;
  /**
   * Where the key may go, for clients that know their URL by another name (`AzureOpenAI`) or have
   * several. With `baseURL`, which then has to be at one of them.
   */
  readonly origin?: SecretFetchOptions["origin"] | undefined;
}

/** Options of `new OpenAI`, or of any client that is compatible with it. */
export interface OpenAILiveOptions extends LiveKey {
  /** Absent when `origin` was passed without it. */
  readonly baseURL?: string;
  /**
   * Keeps the variable `OPENAI_ADMIN_KEY` out. For a secret that is an admin key, pass `apiKey` as
   * `adminAPIKey` too, after the spread.
   */
  readonly adminAPIKey: null;
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
  refuseOptions(options, {});
  const { baseURL, origin, ...rest } = options;
  const url = origin === undefined || baseURL?.trim() ? resolveBaseURL(baseURL) : undefined;
  const live = liveKey(store, key, { ...rest, origin: origin ?? (url as string) });
  if (origin !== undefined && url !== undefined) checkIsAt(url, [origin].flat());
  return Object.freeze({ ...live, ...(url !== undefined && { baseURL: url }), adminAPIKey: null });
}

function checkIsAt(baseURL: string, origins: readonly (string | URL)[]): void {
  const { origin } = URL.canParse(baseURL) ? new URL(baseURL) : { origin: undefined };
  if (origins.some((each) => new URL(each).origin === origin)) return;
  throw new SecretError("CONFIGURATION", {
    ...{ reason: "bad-argument", detail: "baseURL is at none of the places that origin allows" },
    fix: "Add its origin to them, or leave origin out",
  });
}

/** What the SDK itself would use. Nothing but white space counts as nothing. */
export function resolveBaseURL(baseURL: string | null | undefined): string {
  const ambient = globalThis.process?.env?.OPENAI_BASE_URL?.trim();
  return baseURL?.trim() || ambient || "https://api.openai.com/v1";
}
