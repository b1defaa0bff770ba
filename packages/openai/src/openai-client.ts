import type { SecretStore } from "@llm-orchestrator/secrets-core";
import { loadPeer, type SecretFetchOptions } from "@llm-orchestrator/secrets-live";
import type { ClientOptions, OpenAI } from "openai";
import { openAIOptions, resolveBaseURL } from "./openai-options.js";
import { withLiveKey } from "./with-live-key.js";

/** The SDK's own options but the key, and how the secret is used. */
export interface OpenAIClientOptions
  extends Omit<ClientOptions, "apiKey">,
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
