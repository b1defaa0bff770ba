import type { SecretStore } from "@llm-orchestrator/secrets-core";
import { loadPeer, refuseOptions, type SecretFetchOptions } from "@llm-orchestrator/secrets-live";
import type { ClientOptions, OpenAI } from "openai";
import { openAIOptions, resolveBaseURL } from "./openai-options.js";
import { withLiveKey } from "./with-live-key.js";

/** Options of the SDK that would send something other than the secret, or send it elsewhere. */
const refused = {
  apiKey: "Put the key into the store",
  adminAPIKey: "Put it into the store, and make a client of its own with openAIOptions",
  workloadIdentity: "Leave it out, or make the client without a store",
  provider: "Leave it out, or make the client without a store",
  dataResidency: "Pass the region's URL as baseURL",
};

/** The SDK's own options but those of its credentials, and how the secret is used. */
export interface OpenAIClientOptions
  extends Omit<ClientOptions, keyof typeof refused>,
    Pick<SecretFetchOptions, "field" | "authFailure" | "dangerouslyAllowPlainHttp"> {
  /** Reads the secret once before the client is handed over. Default true. */
  readonly eager?: boolean | undefined;
}

/**
 * An OpenAI client whose key is read from the store at each request, and read anew when OpenAI
 * refuses it. Loads the package `openai`, which the application installs.
 *
 * @throws SecretError Whatever reading the secret rejects with (not with `eager: false`);
 * `CONFIGURATION` when `openai` is not installed or an option cannot be used.
 * @example
 * ```ts
 * import { createOpenAIClient } from "@llm-orchestrator/secrets-openai";
 * import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
 *
 * const store = MemorySecretStore.from({ "openai/api_key": "sk-example" });
 * const client = await createOpenAIClient(store, "openai/api_key", { maxRetries: 5 });
 * ```
 */
export async function createOpenAIClient(
  store: SecretStore,
  key: string,
  options: OpenAIClientOptions = {},
): Promise<OpenAI> {
  refuseOptions(options, refused);
  const { eager = true, field, authFailure, dangerouslyAllowPlainHttp, ...clientOptions } = options;
  const fetch = clientOptions.fetch as SecretFetchOptions["fetch"];
  const live = openAIOptions(store, key, {
    baseURL: resolveBaseURL(clientOptions.baseURL),
    ...{ field, authFailure, dangerouslyAllowPlainHttp, fetch },
  });
  if (eager) await live.fetch.prepare();
  const { OpenAI } = await loadPeer("openai", () => import("openai"));
  const Client = withLiveKey(OpenAI, live.fetch);
  return new Client({ ...clientOptions, ...live });
}
