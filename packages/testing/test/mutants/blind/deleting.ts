import {
  type DeleteSecretOptions,
  type RemoveContext,
  SecretError,
  toArray,
} from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "../../../src/memory-secret-store.js";
import { type BlindMutant, codeOf } from "./mutant.js";

export const deletingMutants: readonly BlindMutant[] = [
  {
    name: "a recoverable deletion is for ever",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async remove(key: string, context: RemoveContext) {
          return super.remove(key, { ...context, mode: "permanent" });
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one");
      await store.deleteSecret("demo/key");
      return (await codeOf(() => store.restoreSecret("demo/key"))) === "no error";
    },
  },
  {
    name: "a deletion is for ever unless recoverable is asked for by name",
    create: () =>
      new (class extends MemorySecretStore {
        override deleteSecret(key: string, options?: DeleteSecretOptions) {
          return super.deleteSecret(key, { ...options, mode: options?.mode ?? "permanent" });
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one");
      await store.deleteSecret("demo/key");
      return (await codeOf(() => store.restoreSecret("demo/key"))) === "no error";
    },
  },
  {
    name: "a deletion for ever can be undone by anyone",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async remove(key: string, context: RemoveContext) {
          return super.remove(key, { ...context, mode: "recoverable" });
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one");
      await store.deleteSecret("demo/key", { mode: "permanent" });
      return (await codeOf(() => store.restoreSecret("demo/key"))) === "NOT_FOUND";
    },
  },
  {
    name: "a deletion for ever of a secret that was deleted already does nothing",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async remove(key: string, context: RemoveContext) {
          const { deletedAt } = (await super.describe(key)) ?? {};
          if (deletedAt === undefined) await super.remove(key, context);
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one");
      await store.deleteSecret("demo/key");
      await store.deleteSecret("demo/key", { mode: "permanent" });
      return (await codeOf(() => store.restoreSecret("demo/key"))) === "NOT_FOUND";
    },
  },
  {
    name: "deleting an absent key rejects",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async remove(key: string, context: RemoveContext) {
          if (!(await super.describe(key))) throw new SecretError("NOT_FOUND", { key });
          return super.remove(key, context);
        }
      })(),
    keepsPromise: async (store) =>
      (await codeOf(() => store.deleteSecret("demo/absent"))) === "no error",
  },
  {
    name: "deleting twice rejects",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async remove(key: string, context: RemoveContext) {
          const { deletedAt } = (await super.describe(key)) ?? {};
          if (deletedAt !== undefined && context.mode === "recoverable") {
            throw new SecretError("NOT_FOUND", { key, reason: "deleted" });
          }
          return super.remove(key, context);
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one");
      await store.deleteSecret("demo/key");
      return (await codeOf(() => store.deleteSecret("demo/key"))) === "no error";
    },
  },
  {
    name: "a deletion takes along the secrets whose keys go on after a slash",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async remove(key: string, context: RemoveContext) {
          for (const below of await toArray(super.list(`${key}/`))) {
            await super.remove(below, context);
          }
          return super.remove(key, context);
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one");
      await store.putSecret("demo/key/below", "two");
      await store.deleteSecret("demo/key");
      return (await codeOf(() => store.getSecret("demo/key/below"))) === "no error";
    },
  },
];
