import type { Anthropic, ClientOptions } from "@anthropic-ai/sdk";
import type { SecretStore } from "@llm-orchestrator/secrets-core";
import { loadPeer, refuseOptions, type SecretFetchOptions } from "@llm-orchestrator/secrets-live";
import { anthropicOptions, resolveBaseURL } from "./anthropic-options.js";
import { withLiveKey } from "./with-live-key.js";

/** Options of the SDK that would send something other than the secret. */
const refused = {
  apiKey: "Put the key into the store",
  authToken: "Put the key into the store",
  credentials: "Leave it out, or make the client without a store",
  profile: "Leave it out, or make the client without a store",
  config: "Leave it out, or make the client without a store",
};

/** The SDK's own options but those of its credentials, and how the secret is used. */
export interface AnthropicClientOptions
  extends Omit<ClientOptions, keyof typeof refused>,
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
  refuseOptions(options, refused);
  const { eager = true, field, authFailure, dangerouslyAllowPlainHttp, ...clientOptions } = options;
  const fetch = clientOptions.fetch as SecretFetchOptions["fetch"];
  const live = anthropicOptions(store, key, {
    baseURL: resolveBaseURL(clientOptions.baseURL),
    ...{ field, authFailure, dangerouslyAllowPlainHttp, fetch },
  });
  if (eager) await live.fetch.prepare();
  const { Anthropic } = await loadPeer("@anthropic-ai/sdk", () => import("@anthropic-ai/sdk"));
  const Client = withLiveKey(Anthropic, live.fetch);
  return new Client({ ...clientOptions, ...live });
}
