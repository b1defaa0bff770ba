import {
  type DeleteSecretOptions,
  type GetSecretOptions,
  type PutSecretOptions,
  SecretError,
  type SecretInput,
  type SecretStoreCapabilities,
  toArray,
} from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "../../../src/memory-secret-store.js";
import { AroundMemory, type BlindMutant, codeOf, type MutantStore } from "./mutant.js";

/** A store that declares something else than it does. */
function declaring(change: SecretStoreCapabilities): MutantStore {
  return new (class extends AroundMemory {
    override get capabilities(): SecretStoreCapabilities {
      return { ...super.capabilities, ...change };
    }
  })();
}

/** Declared and working go together, for one capability and a call that needs it. */
function agrees(
  capability: Exclude<keyof SecretStoreCapabilities, "maxBatchSize">,
  call: (store: MutantStore) => unknown,
) {
  return async (store: MutantStore) => {
    const works = (await codeOf(() => call(store))) !== "NOT_SUPPORTED";
    return works === Boolean(store.capabilities[capability]);
  };
}

export const capabilityMutants: readonly BlindMutant[] = [
  {
    name: "restore is declared, and a recoverable deletion is NOT_SUPPORTED",
    create: () =>
      new (class extends AroundMemory {
        override async deleteSecret(key: string, options?: DeleteSecretOptions) {
          if (options?.mode !== "permanent") throw new SecretError("NOT_SUPPORTED");
          return super.deleteSecret(key, options);
        }
      })(),
    keepsPromise: agrees("restore", (store) => store.deleteSecret("demo/key")),
  },
  {
    name: "binary is declared, and bytes that are not text are NOT_SUPPORTED",
    create: () =>
      new (class extends AroundMemory {
        override async putSecret(key: string, value: SecretInput, options?: PutSecretOptions) {
          if (value instanceof Uint8Array) throw new SecretError("NOT_SUPPORTED");
          return super.putSecret(key, value, options);
        }
      })(),
    keepsPromise: agrees("binary", (store) => store.putSecret("demo/key", Uint8Array.of(255))),
  },
  {
    name: "metadata is declared, and a description is NOT_SUPPORTED",
    create: () =>
      new (class extends AroundMemory {
        override async putSecret(key: string, value: SecretInput, options?: PutSecretOptions) {
          if (options?.description !== undefined) throw new SecretError("NOT_SUPPORTED");
          return super.putSecret(key, value, options);
        }
      })(),
    keepsPromise: agrees("metadata", (store) =>
      store.putSecret("demo/key", "value", { description: "what it is" }),
    ),
  },
  {
    name: "list is declared, and listing is NOT_SUPPORTED",
    create: () =>
      new (class extends AroundMemory {
        override async *listSecrets(): AsyncGenerator<string> {
          yield await this.#refuse();
        }

        async #refuse(): Promise<never> {
          throw new SecretError("NOT_SUPPORTED");
        }
      })(),
    keepsPromise: agrees("list", (store) => toArray(store.listSecrets())),
  },
  {
    name: "rotate works and is not declared",
    create: () => declaring({ rotate: false }),
    keepsPromise: agrees("rotate", (store) =>
      store.rotateSecret("demo/key", { generate: () => "new" }),
    ),
  },
  {
    name: "restore works and is not declared",
    create: () => declaring({ restore: false }),
    keepsPromise: agrees("restore", (store) => store.restoreSecret("demo/key")),
  },
  {
    name: "permanent deletion works and is not declared",
    create: () => declaring({ delete: false }),
    keepsPromise: agrees("delete", (store) =>
      store.deleteSecret("demo/key", { mode: "permanent" }),
    ),
  },
  {
    name: "describe works and is not declared",
    create: () => declaring({ describe: false }),
    keepsPromise: agrees("describe", (store) => store.describeSecret("demo/key")),
  },
  {
    name: "versions work and are not declared",
    create: () => declaring({ versions: false, rotate: false }),
    keepsPromise: agrees("versions", (store) => store.getSecretVersions("demo/key")),
  },
  {
    name: "list works and is not declared",
    create: () => declaring({ list: false }),
    keepsPromise: agrees("list", (store) => toArray(store.listSecrets())),
  },
  {
    name: "compare-and-set works and is not declared",
    create: () => declaring({ compareAndSet: false, rotate: false }),
    keepsPromise: agrees("compareAndSet", (store) =>
      store.putSecret("demo/key", "value", { expectedVersion: null }),
    ),
  },
  {
    name: "metadata works and is not declared",
    create: () => declaring({ metadata: false }),
    keepsPromise: agrees("metadata", (store) =>
      store.putSecret("demo/key", "value", { description: "what it is" }),
    ),
  },
  {
    name: "binary works and is not declared",
    create: () => declaring({ binary: false }),
    keepsPromise: agrees("binary", (store) => store.putSecret("demo/key", Uint8Array.of(255))),
  },
  {
    name: "writing works and is not declared",
    create: () => declaring({ write: false }),
    keepsPromise: agrees("write", (store) => store.putSecret("demo/key", "value")),
  },
  {
    name: "list is not declared, and a listing is empty where it should be NOT_SUPPORTED",
    create: () =>
      new (class extends AroundMemory {
        override get capabilities(): SecretStoreCapabilities {
          return { ...super.capabilities, list: false };
        }

        override async *listSecrets(): AsyncGenerator<string> {}
      })(),
    keepsPromise: agrees("list", (store) => toArray(store.listSecrets())),
  },
  {
    name: "describe is not declared, and is no function either",
    create: () =>
      Object.defineProperty(declaring({ describe: false }), "describeSecret", {
        value: undefined,
      }),
    keepsPromise: async (store) => typeof store.describeSecret === "function",
  },
  {
    name: "recoverable deletion is not declared, and a plain deletion is for ever",
    create: () =>
      new (class extends AroundMemory {
        override get capabilities(): SecretStoreCapabilities {
          return { ...super.capabilities, restore: false };
        }

        override deleteSecret(key: string, options?: DeleteSecretOptions) {
          if (options?.mode === "recoverable") return this.#refuse();
          return super.deleteSecret(key, { ...options, mode: "permanent" });
        }

        override restoreSecret() {
          return this.#refuse();
        }

        async #refuse(): Promise<never> {
          throw new SecretError("NOT_SUPPORTED", { reason: "restore", store: this.name });
        }
      })(),
    keepsPromise: agrees("restore", (store) => store.deleteSecret("demo/key")),
  },
  {
    name: "what a store can do is known only after its first call",
    create: () =>
      new (class extends AroundMemory {
        #asked = false;

        override get capabilities(): SecretStoreCapabilities {
          return this.#asked ? super.capabilities : {};
        }

        override getSecret(key: string, options?: GetSecretOptions) {
          this.#asked = true;
          return super.getSecret(key, options);
        }
      })(),
    keepsPromise: async (store) => {
      const before = JSON.stringify(store.capabilities);
      await codeOf(() => store.getSecret("demo/key"));
      return before === JSON.stringify(store.capabilities);
    },
  },
  {
    name: "the store follows a version of the contract that does not exist yet",
    create: () =>
      Object.defineProperty(new MemorySecretStore(), "specificationVersion", { value: 2 }),
    keepsPromise: async (store) => store.specificationVersion === 1,
  },
];
