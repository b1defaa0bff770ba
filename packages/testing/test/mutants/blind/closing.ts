import {
  type GetSecretOptions,
  type GetSecretsOptions,
  type OperationOptions,
  SecretError,
  type SecretsResult,
  toArray,
} from "@llm-orchestrator/secrets-core";
import { AroundMemory, type BlindMutant, codeOf, type MutantStore } from "./mutant.js";

async function closed(store: MutantStore): Promise<MutantStore> {
  await store.putSecret("demo/key", "value");
  await store.close();
  return store;
}

export const closingMutants: readonly BlindMutant[] = [
  {
    name: "a store that was closed keeps answering",
    create: () =>
      new (class extends AroundMemory {
        override async close(): Promise<void> {}
      })(),
    keepsPromise: async (store) =>
      (await codeOf(async () => (await closed(store)).getSecret("demo/key"))) === "CLOSED",
  },
  {
    name: "a store that was closed says BACKEND_UNAVAILABLE",
    create: () =>
      new (class extends AroundMemory {
        override getSecret(key: string, options?: GetSecretOptions) {
          return super.getSecret(key, options).catch((error: unknown) => {
            const isClosed = SecretError.isInstance(error) && error.code === "CLOSED";
            throw isClosed ? new SecretError("BACKEND_UNAVAILABLE") : error;
          });
        }
      })(),
    keepsPromise: async (store) =>
      (await codeOf(async () => (await closed(store)).getSecret("demo/key"))) === "CLOSED",
  },
  {
    name: "a store that was closed lists nothing, and does not say why",
    create: () =>
      new (class extends AroundMemory {
        override async *listSecrets(prefix?: string, options?: OperationOptions) {
          try {
            yield* super.listSecrets(prefix, options);
          } catch (error) {
            if (!SecretError.isInstance(error) || error.code !== "CLOSED") throw error;
          }
        }
      })(),
    keepsPromise: async (store) =>
      (await codeOf(async () => toArray((await closed(store)).listSecrets()))) === "CLOSED",
  },
  {
    name: "getSecrets of a store that was closed resolves, with an error for each key",
    create: () =>
      new (class extends AroundMemory {
        override getSecrets(keys: readonly string[], options?: GetSecretsOptions) {
          return super.getSecrets(keys, options).catch((error: unknown): SecretsResult => {
            if (!SecretError.isInstance(error) || error.code !== "CLOSED") throw error;
            return { secrets: new Map(), errors: new Map(keys.map((key) => [key, error])) };
          });
        }
      })(),
    keepsPromise: async (store) =>
      (await codeOf(async () => (await closed(store)).getSecrets(["demo/key"]))) === "CLOSED",
  },
  {
    name: "closing twice rejects",
    create: () =>
      new (class extends AroundMemory {
        #closed = false;

        override async close(): Promise<void> {
          if (this.#closed) throw new SecretError("CLOSED");
          this.#closed = true;
          await super.close();
        }
      })(),
    keepsPromise: async (store) =>
      (await codeOf(async () => (await closed(store)).close())) === "no error",
  },
  {
    name: "await using does not close the store",
    create: () =>
      new (class extends AroundMemory {
        override async [Symbol.asyncDispose](): Promise<void> {}
      })(),
    keepsPromise: async (store) => {
      await store[Symbol.asyncDispose]();
      return (await codeOf(() => store.getSecret("demo/key"))) === "CLOSED";
    },
  },
  {
    name: "a store that was closed is open again after another close",
    create: () =>
      new (class extends AroundMemory {
        #open = true;

        override async close(): Promise<void> {
          this.#open = !this.#open;
        }

        override async getSecret(key: string, options?: GetSecretOptions) {
          if (!this.#open) throw new SecretError("CLOSED", { store: this.name });
          return super.getSecret(key, options);
        }
      })(),
    keepsPromise: async (store) => {
      const read = async () => {
        await (await closed(store)).close();
        return store.getSecret("demo/key");
      };
      return (await codeOf(read)) === "CLOSED";
    },
  },
];
