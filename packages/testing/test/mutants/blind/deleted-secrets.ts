import {
  type OperationContext,
  type RemoveContext,
  type SecretData,
  SecretError,
  type SecretValue,
  type WriteContext,
} from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "../../../src/memory-secret-store.js";
import { type BlindMutant, codeOf, textOf } from "./mutant.js";

const isDeleted = (error: unknown) =>
  SecretError.isInstance(error) && error.code === "NOT_FOUND" && error.reason === "deleted";

/** Keeps what it has written where a deletion does not reach. */
class RememberingStore extends MemorySecretStore {
  protected readonly remembered = new Map<string, SecretData>();

  protected override async write(key: string, value: SecretValue, context: WriteContext) {
    const written = await super.write(key, value, context);
    this.remembered.set(`${key} ${written.version}`, { ...written, value });
    return written;
  }
}

const noContext: OperationContext = { signal: undefined, countRetry: () => {} };

export const deletedSecretMutants: readonly BlindMutant[] = [
  {
    name: "a deleted secret can still be read",
    create: () =>
      new (class extends RememberingStore {
        protected override async read(key: string) {
          return super.read(key).catch(async (error: unknown) => {
            if (!isDeleted(error)) throw error;
            const newest = (await super.versions(key))?.[0];
            return this.remembered.get(`${key} ${newest?.version}`);
          });
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one");
      await store.deleteSecret("demo/key");
      return (await codeOf(() => store.getSecret("demo/key"))) === "NOT_FOUND";
    },
  },
  {
    name: "a deletion lets the version before show again",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async read(key: string) {
          return super.read(key).catch(async (error: unknown) => {
            const live = (await super.versions(key))?.find(({ state }) => state === "live");
            if (!isDeleted(error) || !live) throw error;
            return super.readVersion(key, live.version);
          });
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one");
      await store.putSecret("demo/key", "two");
      await store.deleteSecret("demo/key");
      return (await codeOf(() => store.getSecret("demo/key"))) === "NOT_FOUND";
    },
  },
  {
    name: "a version that was deleted can still be read by its id",
    create: () =>
      new (class extends RememberingStore {
        protected override async readVersion(key: string, version: string) {
          return super.readVersion(key, version).catch((error: unknown) => {
            if (!isDeleted(error)) throw error;
            return this.remembered.get(`${key} ${version}`);
          });
        }
      })(),
    keepsPromise: async (store) => {
      const { version } = await store.putSecret("demo/key", "one");
      await store.deleteSecret("demo/key");
      const read = () => store.getSecretVersion("demo/key", version as string);
      return (await codeOf(read)) === "NOT_FOUND";
    },
  },
  {
    name: "a deleted secret is reported as one that never was",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async read(key: string) {
          return super.read(key).catch((error: unknown) => {
            if (!isDeleted(error)) throw error;
            return undefined;
          });
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one");
      await store.deleteSecret("demo/key");
      return store.getSecret("demo/key").then(() => false, isDeleted);
    },
  },
  {
    name: "a restore brings back the version before the one that was deleted",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async recover(key: string) {
          const [deleted, before] = (await super.versions(key)) ?? [];
          await super.recover(key);
          if (deleted?.state !== "deleted" || !before) return;
          const data = await super.readVersion(key, before.version);
          if (data) await super.write(key, data.value as SecretValue, noContext);
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one");
      await store.putSecret("demo/key", "two");
      await store.deleteSecret("demo/key");
      await store.restoreSecret("demo/key");
      return (await textOf(store, "demo/key")) === "two";
    },
  },
  {
    name: "a restore writes the value as a new version",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async recover(key: string) {
          const { deletedAt } = (await super.describe(key)) ?? {};
          await super.recover(key);
          const data = deletedAt === undefined ? undefined : await super.read(key);
          if (data) await super.write(key, data.value as SecretValue, noContext);
        }
      })(),
    keepsPromise: async (store) => {
      const { version } = await store.putSecret("demo/key", "one");
      await store.deleteSecret("demo/key");
      await store.restoreSecret("demo/key");
      return (await store.getSecret("demo/key")).version === version;
    },
  },
  {
    name: "a restore of a secret that lives rejects",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async recover(key: string) {
          const data = await super.describe(key);
          if (data && data.deletedAt === undefined) throw new SecretError("CONFLICT", { key });
          return super.recover(key);
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one");
      return (await codeOf(() => store.restoreSecret("demo/key"))) === "no error";
    },
  },
  {
    name: "a restore of a secret that lives takes it back to the version before",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async recover(key: string) {
          const [newest, before] = (await super.versions(key)) ?? [];
          await super.recover(key);
          if (newest?.state !== "live" || !before) return;
          const data = await super.readVersion(key, before.version);
          if (data) await super.write(key, data.value as SecretValue, noContext);
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one");
      await store.putSecret("demo/key", "two");
      await store.restoreSecret("demo/key");
      return (await textOf(store, "demo/key")) === "two";
    },
  },
  {
    name: "a restore of an absent key resolves",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async recover(key: string) {
          if (await super.describe(key)) await super.recover(key);
        }
      })(),
    keepsPromise: async (store) =>
      (await codeOf(() => store.restoreSecret("demo/absent"))) === "NOT_FOUND",
  },
  {
    name: "a deletion that is refused resolves",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async remove(key: string, context: RemoveContext) {
          return super.remove(key, context).catch((error: unknown) => {
            if (!SecretError.isInstance(error) || error.code !== "PERMISSION_DENIED") throw error;
          });
        }
      })(),
    keepsPromise: async (store) => {
      store.simulate("PERMISSION_DENIED");
      return (await codeOf(() => store.deleteSecret("demo/key"))) === "PERMISSION_DENIED";
    },
  },
];
