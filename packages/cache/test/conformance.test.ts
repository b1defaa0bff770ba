import type { SecretErrorCode } from "@llm-orchestrator/secrets-core";
import { MemorySecretStore, secretStoreConformance } from "@llm-orchestrator/secrets-testing";
import { describe, test } from "vitest";
import { SecretCache, type SecretCacheOptions } from "../src/index.js";

interface Cached {
  readonly inner: MemorySecretStore;
  readonly store: SecretCache;
}

/** A fault shows where nothing is held. */
function simulate(code: SecretErrorCode) {
  return ({ inner, store }: Cached) => {
    inner.simulate(code);
    store.clear();
    return () => inner.simulate(undefined);
  };
}

/** The suite that every store passes, through a cache around the reference store. */
function conformance(title: string, options: SecretCacheOptions): void {
  secretStoreConformance({
    ...{ test, describe, title },
    capabilities: {
      ...{ write: true, delete: true, restore: true, list: true, describe: true },
      ...{ versions: true, rotate: true, compareAndSet: true, binary: true, metadata: true },
      maxBatchSize: 20,
    },
    create: (): Cached => {
      const inner = new MemorySecretStore();
      return { inner, store: new SecretCache(inner, options) };
    },
    faults: {
      unavailable: simulate("BACKEND_UNAVAILABLE"),
      denied: simulate("PERMISSION_DENIED"),
      unauthenticated: simulate("AUTHENTICATION_FAILED"),
      throttled: simulate("THROTTLED"),
      misconfigured: simulate("CONFIGURATION"),
      unexpected: simulate("UNKNOWN"),
    },
  });
}

conformance("SecretCache", {});
conformance("SecretCache that holds one secret", { maxEntries: 1 });
conformance("SecretCache that remembers absent secrets", { negativeTtlMs: 5_000 });
conformance("SecretCache of a millisecond", {
  ...{ ttlMs: 1, cleanupIntervalMs: 1 },
  refreshAhead: false, // reads of its own would be events of their own
});
