import { SecretCache } from "@llm-orchestrator/secrets-cache";
import type {
  SecretErrorCode,
  SecretStore,
  SecretStoreCapabilities,
} from "@llm-orchestrator/secrets-core";
import { MemorySecretStore, secretStoreConformance } from "@llm-orchestrator/secrets-testing";
import { describe, test } from "vitest";
import { FallbackStore } from "../src/fallback-store.js";
import { SecretManagerBuilder } from "../src/index.js";
import { KeyPrefixStore } from "../src/key-prefix-store.js";
import { ReadOnlyStore } from "../src/read-only-store.js";

const everything = {
  ...{ write: true, delete: true, restore: true, list: true, describe: true },
  ...{ versions: true, rotate: true, compareAndSet: true, binary: true, metadata: true },
  maxBatchSize: 20,
};
const reading = { list: true, describe: true, versions: true, binary: true, maxBatchSize: 20 };

interface Wrapped {
  readonly inner: MemorySecretStore;
  readonly store: SecretStore;
}

function simulate(code: SecretErrorCode) {
  return ({ inner, store }: Wrapped) => {
    inner.simulate(code);
    if (store instanceof SecretCache) store.clear(); // a fault shows where nothing is held
    return () => inner.simulate(undefined);
  };
}

const faults = {
  unavailable: simulate("BACKEND_UNAVAILABLE"),
  denied: simulate("PERMISSION_DENIED"),
  unauthenticated: simulate("AUTHENTICATION_FAILED"),
  throttled: simulate("THROTTLED"),
  misconfigured: simulate("CONFIGURATION"),
  unexpected: simulate("UNKNOWN"),
};

interface Wrapping {
  readonly wrap: (inner: MemorySecretStore) => SecretStore | Promise<SecretStore>;
  readonly capabilities?: SecretStoreCapabilities;
  readonly prefix?: string;
  /** Events come from the stores inside, which have the whole key: the wrappers' tests show them. */
  readonly auditedInside?: boolean;
}

/** A decorator passes like the store that it wraps, apart from what it is for. */
function conformance(title: string, wrapping: Wrapping): void {
  const { wrap, capabilities = everything, prefix = "", auditedInside = false } = wrapping;
  secretStoreConformance({
    ...{ test, title, capabilities, faults },
    describe: (name, body) => {
      if (!auditedInside || name !== "auditing") describe(name, body);
    },
    create: async (): Promise<Wrapped> => {
      const inner = new MemorySecretStore();
      return { inner, store: await wrap(inner) };
    },
    seed: async (key, value, { inner, store }) => {
      await inner.putSecret(prefix + key, value);
      if (store instanceof SecretCache) store.invalidate(key); // it was written past the cache
    },
  });
}

conformance("KeyPrefixStore", {
  wrap: (inner) => new KeyPrefixStore(inner, "team/one/"),
  prefix: "team/one/",
  auditedInside: true,
});

conformance("KeyPrefixStore with a prefix that ends within a segment", {
  wrap: (inner) => new KeyPrefixStore(inner, "team-"),
  prefix: "team-",
  auditedInside: true,
});

conformance("FallbackStore", {
  wrap: (inner) => new FallbackStore(inner, [new MemorySecretStore({ name: "second" })]),
  auditedInside: true,
});

conformance("ReadOnlyStore", {
  wrap: (inner) => new ReadOnlyStore(inner),
  capabilities: reading,
});

conformance("SecretManagerBuilder with a cache", {
  wrap: (inner) => new SecretManagerBuilder(inner).withCache().build(),
});

const withEveryWrapper = (inner: MemorySecretStore) =>
  new SecretManagerBuilder(inner)
    .readOnly()
    .withFallback(new MemorySecretStore({ name: "second" }))
    .withKeyPrefix("team/");

conformance("SecretManagerBuilder with every wrapper", {
  wrap: (inner) => withEveryWrapper(inner).build(),
  capabilities: reading,
  prefix: "team/",
  auditedInside: true,
});

conformance("SecretManagerBuilder with every wrapper and the cache", {
  wrap: (inner) => withEveryWrapper(inner).withCache().build(),
  capabilities: reading,
  prefix: "team/",
  auditedInside: true,
});

conformance("SecretManagerBuilder with a writable stack and the cache", {
  wrap: (inner) =>
    new SecretManagerBuilder(inner)
      .withCache({ negativeTtlMs: 5_000 })
      .withFallback(new MemorySecretStore({ name: "second" }))
      .withKeyPrefix("team/")
      .build(),
  prefix: "team/",
  auditedInside: true,
});
