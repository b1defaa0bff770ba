import type { SecretStore } from "@llm-orchestrator/secrets-core";
import {
  type LiveKey,
  liveKey,
  refuseOptions,
  type SecretFetchOptions,
} from "@llm-orchestrator/secrets-live";

/** Where an AI SDK provider gets its key. Everything else is the provider's own settings. */
export interface LiveSettings
  extends Pick<SecretFetchOptions, "field" | "authFailure" | "dangerouslyAllowPlainHttp"> {
  readonly store: SecretStore;
  /** The key of the secret: `"openai/api_key"`. */
  readonly secret: string;
}

interface WithBaseURL {
  readonly baseURL?: string | undefined;
  readonly fetch?: unknown;
}

const refused = {
  apiKey: "Put the key into the store, and its name here as secret",
  authToken: "Put the key into the store, and its name here as secret",
};

/** The provider's settings with a live key in them. */
export function toProviderSettings<Settings extends LiveSettings & WithBaseURL>(
  given: Settings,
  defaultBaseURL: string,
): Omit<Settings, keyof LiveSettings> & LiveKey & { readonly baseURL: string } {
  refuseOptions(given, refused);
  const { store, secret, field, authFailure, dangerouslyAllowPlainHttp, ...settings } = given;
  const baseURL = settings.baseURL?.trim() || defaultBaseURL;
  const fetch = settings.fetch as SecretFetchOptions["fetch"];
  const live = liveKey(store, secret, {
    ...{ origin: baseURL, field, authFailure, dangerouslyAllowPlainHttp },
    ...(fetch && { fetch }),
  });
  return { ...settings, baseURL, ...live };
}

export function ambient(variable: string): string | undefined {
  return globalThis.process?.env?.[variable]?.trim() || undefined;
}
