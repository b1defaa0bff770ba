import type { SecretStore } from "@llm-orchestrator/secrets-core";
import type { SecretFetchOptions } from "./fetch-options.js";
import { createSecretFetch, type SecretFetch } from "./secret-fetch.js";

/** The two options of a client that make its key live. */
export interface LiveKey {
  /** A placeholder: no key. */
  readonly apiKey: string;
  readonly fetch: SecretFetch;
}

/**
 * The options of any client that takes `apiKey` and `fetch`, to be spread into it. From then on the
 * key is read from the store, and may be rotated there.
 *
 * @throws SecretError `CONFIGURATION` when `origin` is missing, or an option cannot be used.
 * @example
 * ```ts
 * import { liveKey } from "@llm-orchestrator/secrets-live";
 * import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
 *
 * const store = MemorySecretStore.from({ "groq/api_key": "gsk-example" });
 * const options = { ...liveKey(store, "groq/api_key", { origin: "https://api.groq.com" }) };
 * // new Groq(options), createGroq(options), …
 * ```
 */
export function liveKey(store: SecretStore, key: string, options: SecretFetchOptions): LiveKey {
  const fetch = createSecretFetch(store, key, options);
  return Object.freeze({ apiKey: fetch.placeholder, fetch });
}
