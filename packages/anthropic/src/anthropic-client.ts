import type { Anthropic, ClientOptions } from "@anthropic-ai/sdk";
import type { SecretStore } from "@llm-orchestrator/secrets-core";
import { liveSecret, loadPeer, type SecretFetchOptions } from "@llm-orchestrator/secrets-live";
import { anthropicOptions, resolveBaseURL } from "./anthropic-options.js";
import { takesKeyFunction } from "./takes-key-function.js";

/** The SDK's own options but those of its credentials, and how the secret is used. */
export interface AnthropicClientOptions
  extends Omit<ClientOptions, "apiKey" | "authToken" | "credentials">,
    Pick<SecretFetchOptions, "field" | "authFailure" | "dangerouslyAllowPlainHttp"> {
  /** Reads the secret once before the client is handed over. Default true. */
  readonly eager?: boolean | undefined;
}

/**
 * An Anthropic client whose key is read from the store at each request, and read anew when Anthropic
 * refuses it. Loads the package `@anthropic-ai/sdk`, which the application installs.
 *
 * @throws SecretError Whatever reading the secret rejects with (not with `eager: false`);
 * `CONFIGURATION` when the SDK is not installed or an option cannot be used.
 * @example
 * ```ts
 * import { createAnthropicClient } from "@llm-orchestrator/secrets-anthropic";
 * import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
 *
 * const store = MemorySecretStore.from({ "anthropic/api_key": "sk-ant-example" });
 * const client = await createAnthropicClient(store, "anthropic/api_key");
 * ```
 */
export async function createAnthropicClient(
  store: SecretStore,
  key: string,
  options: AnthropicClientOptions = {},
): Promise<Anthropic> {
  const { eager = true, field, authFailure, dangerouslyAllowPlainHttp, ...clientOptions } = options;
  const baseURL = resolveBaseURL(clientOptions.baseURL);
  const fetch = clientOptions.fetch as SecretFetchOptions["fetch"];
  const live = anthropicOptions(store, key, {
    ...{ baseURL, field, authFailure, dangerouslyAllowPlainHttp },
    ...(fetch && { fetch }),
  });
  const secret = liveSecret(store, key, { field });
  if (eager) await secret.get();
  const { Anthropic: Client } = await loadPeer(
    "@anthropic-ai/sdk",
    () => import("@anthropic-ai/sdk"),
  );
  // A store that fails within `fetch` would be retried by the SDK; within this, it is not.
  const readFirst = async () => {
    await secret.get();
    return live.apiKey;
  };
  const apiKey = (await takesKeyFunction()) ? readFirst : live.apiKey;
  return new Client({ ...clientOptions, ...live, apiKey: apiKey as string });
}
