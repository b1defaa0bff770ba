import { SecretsProvider } from "@aws-lambda-powertools/parameters/secrets";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SecretCache } from "@llm-orchestrator/secrets-cache";
import { ForwardingSecretStore } from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { createCache } from "cache-manager";
import { LRUCache } from "lru-cache";

// The SDK's word about this Node, in the middle of our figures.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

/** A store that asks `load`: every cache here holds the very same objects. */
class LoadingStore extends ForwardingSecretStore {
  #load;

  constructor(load) {
    super(new MemorySecretStore());
    this.#load = load;
  }

  getSecret(key) {
    return this.#load(key);
  }
}

/** @typedef {{ ttlMs: number, maxEntries?: number }} Setup */

export function makeSecretCache(load, { ttlMs, maxEntries = 1_000, ...options }) {
  return new SecretCache(new LoadingStore(load), { ttlMs, maxEntries, ...options });
}

export function makeLruCache(load, { ttlMs, maxEntries = 1_000, ...options }) {
  return new LRUCache({ ttl: ttlMs, max: maxEntries, fetchMethod: load, ...options });
}

/** The provider of secrets, with a client of the SDK that sends nothing. */
export function makePowertools(load) {
  const credentials = { accessKeyId: "none", secretAccessKey: "none" };
  const client = new SecretsManagerClient({ region: "us-east-1", credentials });
  client.send = async ({ input }) => ({ SecretString: await load(input.SecretId) });
  return new SecretsProvider({ awsSdkV3Client: client });
}

/**
 * Each cache as a function that reads a key through it.
 *
 * @type {Record<string, (load: (key: string) => Promise<unknown>, setup: Setup) => (key: string) => Promise<unknown>>}
 */
export const readers = {
  SecretCache: (load, setup) => {
    const cache = makeSecretCache(load, setup);
    return (key) => cache.getSecret(key);
  },
  "lru-cache fetch": (load, setup) => {
    const cache = makeLruCache(load, setup);
    return (key) => cache.fetch(key);
  },
  "powertools get": (load, { ttlMs }) => {
    const provider = makePowertools(load);
    const options = { maxAge: ttlMs / 1_000 };
    return (key) => provider.get(key, options);
  },
  "cache-manager wrap": (load, { ttlMs }) => {
    const cache = createCache({ ttl: ttlMs });
    return (key) => cache.wrap(key, () => load(key));
  },
};
