import { SecretManagerBuilder } from "@llm-orchestrator/secrets-builder";
import { SecretCache, type SecretCacheOptions } from "@llm-orchestrator/secrets-cache";
import { secretStoreConformance } from "@llm-orchestrator/secrets-testing";
import { VaultSecretStore } from "@llm-orchestrator/secrets-vault";
import { type FaultProxy, type Faults, startFaultProxy } from "secrets-tools/fault-proxy";
import { installTimeoutMs, type OpenBaoServer, startOpenBao } from "secrets-tools/openbao";
import { size } from "secrets-tools/test-size";
import { afterAll, beforeAll, describe, test } from "vitest";

let server: OpenBaoServer;
beforeAll(async () => {
  server = await startOpenBao();
}, installTimeoutMs);
afterAll(() => server?.stop());

interface Subject {
  readonly proxy: FaultProxy;
  readonly store: SecretCache;
  dispose(): Promise<void>;
}

/** A fault shows where nothing is held. */
function simulate(faults: Faults) {
  return ({ proxy, store }: Subject) => {
    proxy.set(faults);
    store.clear();
    return () => proxy.set({});
  };
}

interface Wrapping {
  /** The store under test, which reaches the server by this address. */
  readonly open: (address: string) => SecretCache | Promise<SecretCache>;
  /** Events come from the store inside, which has the whole key. */
  readonly auditedInside?: boolean;
}

/** The suite that every store passes. A fault is shown once for each operation: one retry. */
function conformance(title: string, { open, auditedInside = false }: Wrapping): void {
  secretStoreConformance({
    ...{ test, title },
    describe: (name, body) => {
      if (!auditedInside || name !== "auditing") describe(name, body);
    },
    capabilities: {
      ...{ write: true, delete: true, restore: true, list: true, describe: true },
      ...{ versions: true, rotate: true, compareAndSet: true, binary: true, metadata: true },
    },
    create: async (): Promise<Subject> => {
      const proxy = await startFaultProxy(Number(new URL(server.address).port));
      return { proxy, store: await open(proxy.address), dispose: () => proxy.close() };
    },
    faults: {
      unavailable: simulate({ reset: true }),
      hanging: simulate({ blackhole: true }),
    },
  });
}

const options = { binaryEncoding: "base64", maxRetries: 1 } as const;

const around = (cacheOptions: SecretCacheOptions): Wrapping => ({
  open: (address) => {
    const { rootToken: token } = server;
    const store = new VaultSecretStore({ address: `http://${address}`, token, ...options });
    return new SecretCache(store, cacheOptions);
  },
});

conformance("SecretCache around VaultSecretStore", around({}));
// Settings of the cache that change little of what reaches the server.
if (size(0, 1)) {
  conformance(
    "SecretCache around VaultSecretStore that holds one secret, and absent ones",
    around({ maxEntries: 1, negativeTtlMs: 5_000 }),
  );
  conformance(
    "SecretCache of a millisecond around VaultSecretStore",
    around({
      ...{ ttlMs: 1, cleanupIntervalMs: 1 },
      refreshAhead: false, // reads of its own would be events of their own
    }),
  );
}
conformance("what the builder makes of Vault's URL with a prefix, and of a cache", {
  open: (address) =>
    SecretManagerBuilder.fromUrl(`vault+http://${address}/secret/team`, {
      environment: { VAULT_TOKEN: server.rootToken },
    })
      .withConfig(options)
      .withCache()
      .build(),
  auditedInside: true,
});
