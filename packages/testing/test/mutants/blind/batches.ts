import {
  type GetSecretsOptions,
  type ReadManyResult,
  SecretError,
  type SecretsResult,
} from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "../../../src/memory-secret-store.js";
import {
  AroundMemory,
  type BlindMutant,
  codeOf,
  type MutantStore,
  thrownBy,
  withoutSignal,
} from "./mutant.js";

/** A store that changes what `getSecrets` found. */
function finding(
  change: (result: SecretsResult, keys: readonly string[]) => SecretsResult,
): MutantStore {
  return new (class extends AroundMemory {
    override async getSecrets(keys: readonly string[], options?: GetSecretsOptions) {
      return change(await super.getSecrets(keys, options), keys);
    }
  })();
}

/** A store whose batch request answers otherwise. */
function batching(
  change: (found: ReadManyResult, keys: readonly string[]) => ReadManyResult,
): MutantStore {
  return new (class extends MemorySecretStore {
    protected override async readMany(keys: readonly string[]): Promise<ReadManyResult> {
      return change(await super.readMany(keys), keys);
    }
  })();
}

async function fill(store: MutantStore): Promise<void> {
  for (const key of ["b", "a", "c"]) await store.putSecret(`demo/${key}`, key);
}

export const batchMutants: readonly BlindMutant[] = [
  {
    name: "getSecrets rejects as soon as one key is absent",
    create: () =>
      finding((result) => {
        for (const error of result.errors.values()) throw error;
        return result;
      }),
    keepsPromise: async (store) => {
      await fill(store);
      return (await codeOf(() => store.getSecrets(["demo/a", "demo/absent"]))) === "no error";
    },
  },
  {
    name: "getSecrets rejects when the server is down",
    create: () =>
      finding((result) => {
        for (const error of result.errors.values()) if (error.retryable) throw error;
        return result;
      }),
    keepsPromise: async (store) => {
      store.simulate("BACKEND_UNAVAILABLE");
      return (await codeOf(() => store.getSecrets(["demo/a"]))) === "no error";
    },
  },
  {
    name: "getSecrets rejects for one key that the store does not accept",
    create: () =>
      finding((result) => {
        for (const error of result.errors.values()) if (error.code === "INVALID_KEY") throw error;
        return result;
      }),
    keepsPromise: async (store) =>
      (await codeOf(() => store.getSecrets(["demo/a", "demo//b"]))) === "no error",
  },
  {
    name: "getSecrets gives keys in the order of the alphabet, not of the call",
    create: () =>
      finding(({ secrets, errors }) => ({ secrets: new Map([...secrets].sort()), errors })),
    keepsPromise: async (store) => {
      await fill(store);
      const { secrets } = await store.getSecrets(["demo/c", "demo/a", "demo/b"]);
      return [...secrets.keys()].join() === "demo/c,demo/a,demo/b";
    },
  },
  {
    name: "getSecrets says nothing of keys that are absent",
    create: () =>
      finding(({ secrets, errors }) => ({
        secrets,
        errors: new Map([...errors].filter(([, { code }]) => code !== "NOT_FOUND")),
      })),
    keepsPromise: async (store) => (await store.getSecrets(["demo/absent"])).errors.size === 1,
  },
  {
    name: "getSecrets says nothing of keys that the store does not accept",
    create: () =>
      finding(({ secrets, errors }) => ({
        secrets,
        errors: new Map([...errors].filter(([, { code }]) => code !== "INVALID_KEY")),
      })),
    keepsPromise: async (store) => (await store.getSecrets(["demo//b"])).errors.size === 1,
  },
  {
    name: "getSecrets reports a denied key as absent",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async readMany(keys: readonly string[]): Promise<ReadManyResult> {
          return super.readMany(keys).catch((error: unknown): ReadManyResult => {
            if (!SecretError.isInstance(error) || error.code !== "PERMISSION_DENIED") throw error;
            return new Map();
          });
        }
      })(),
    keepsPromise: async (store) => {
      store.simulate("PERMISSION_DENIED");
      const { errors } = await store.getSecrets(["demo/a"]);
      return errors.get("demo/a")?.code === "PERMISSION_DENIED";
    },
  },
  {
    name: "getSecrets reads the first batch of 20 and no more",
    create: () =>
      new (class extends AroundMemory {
        override getSecrets(keys: readonly string[], options?: GetSecretsOptions) {
          return super.getSecrets(keys.slice(0, 20), options);
        }
      })(),
    keepsPromise: async (store) => {
      const keys = Array.from({ length: 21 }, (_, index) => `demo/${index}`);
      for (const key of keys) await store.putSecret(key, key);
      return (await store.getSecrets(keys)).secrets.size === 21;
    },
  },
  {
    name: "getSecrets takes answers by their place, and gives a key the value of another",
    create: () =>
      batching((found, keys) => {
        const answers = [...found.values()].filter((data) => data && !SecretError.isInstance(data));
        return new Map(keys.map((key, index) => [key, answers[index]]));
      }),
    keepsPromise: async (store) => {
      await fill(store);
      const { secrets } = await store.getSecrets(["demo/absent", "demo/a"]);
      return secrets.get("demo/a")?.value.expose() === "a";
    },
  },
  {
    name: "getSecrets loses a key when one of its batch fails",
    create: () =>
      batching((found) => {
        const failed = [...found.values()].some((data) => SecretError.isInstance(data));
        return failed ? new Map([...found].slice(0, 1)) : found;
      }),
    keepsPromise: async (store) => {
      await fill(store);
      await store.deleteSecret("demo/a");
      const { secrets } = await store.getSecrets(["demo/a", "demo/b", "demo/c"]);
      return secrets.size === 2;
    },
  },
  {
    name: "getSecrets leaves the version out",
    create: () =>
      batching(
        (found) =>
          new Map(
            [...found].map(([key, data]) => [
              key,
              data && !SecretError.isInstance(data) ? { value: data.value } : data,
            ]),
          ),
      ),
    keepsPromise: async (store) => {
      await fill(store);
      const { secrets } = await store.getSecrets(["demo/a"]);
      return secrets.get("demo/a")?.version === "1";
    },
  },
  {
    name: "getSecrets of a text reads each of its letters",
    create: () =>
      new (class extends AroundMemory {
        override getSecrets(keys: readonly string[], options?: GetSecretsOptions) {
          return super.getSecrets([...keys], options);
        }
      })(),
    keepsPromise: async (store) =>
      (await codeOf(() => store.getSecrets("demo" as unknown as string[]))) === "CONFIGURATION",
  },
  {
    name: "getSecrets of no keys rejects",
    create: () =>
      new (class extends AroundMemory {
        override async getSecrets(keys: readonly string[], options?: GetSecretsOptions) {
          if (keys.length === 0) throw new SecretError("CONFIGURATION");
          return super.getSecrets(keys, options);
        }
      })(),
    keepsPromise: async (store) => (await codeOf(() => store.getSecrets([]))) === "no error",
  },
  {
    name: "getSecrets rejects when a key is asked for twice",
    create: () =>
      new (class extends AroundMemory {
        override async getSecrets(keys: readonly string[], options?: GetSecretsOptions) {
          if (new Set(keys).size < keys.length) throw new SecretError("CONFIGURATION");
          return super.getSecrets(keys, options);
        }
      })(),
    keepsPromise: async (store) => {
      await fill(store);
      return (await codeOf(() => store.getSecrets(["demo/a", "demo/a"]))) === "no error";
    },
  },
  {
    name: "getSecrets gives plain objects in place of maps",
    create: () =>
      finding(
        ({ secrets, errors }) =>
          ({
            secrets: Object.fromEntries(secrets),
            errors: Object.fromEntries(errors),
          }) as unknown as SecretsResult,
      ),
    keepsPromise: async (store) => {
      await fill(store);
      const { secrets } = await store.getSecrets(["demo/a"]);
      return (await thrownBy(() => secrets.get("demo/a"))) === undefined;
    },
  },
  {
    name: "getSecrets does not look at its signal",
    create: () =>
      new (class extends AroundMemory {
        override getSecrets(keys: readonly string[], options?: GetSecretsOptions) {
          return super.getSecrets(keys, withoutSignal(options));
        }
      })(),
    keepsPromise: async (store) => {
      const signal = AbortSignal.abort();
      return (await thrownBy(() => store.getSecrets(["demo/a"], { signal }))) === signal.reason;
    },
  },
  {
    name: "getSecrets refuses fresh",
    create: () =>
      new (class extends AroundMemory {
        override async getSecrets(keys: readonly string[], options?: GetSecretsOptions) {
          if (options?.fresh !== undefined) throw new SecretError("CONFIGURATION");
          return super.getSecrets(keys, options);
        }
      })(),
    keepsPromise: async (store) =>
      (await codeOf(() => store.getSecrets(["demo/a"], { fresh: true }))) === "no error",
  },
];
