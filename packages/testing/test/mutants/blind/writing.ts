import {
  SecretError,
  type SecretValue,
  type WriteContext,
  type WrittenData,
} from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "../../../src/memory-secret-store.js";
import {
  type BlindMutant,
  codeOf,
  type MutantStore,
  otherWork,
  textOf,
  writingWith,
} from "./mutant.js";

/** Two writers that both saw the same version; how many of them were let through. */
async function winners(store: MutantStore, expectedVersion: string | null): Promise<number> {
  const both = await Promise.allSettled([
    store.putSecret("demo/race", "mine", { expectedVersion }),
    store.putSecret("demo/race", "yours", { expectedVersion }),
  ]);
  return both.filter(({ status }) => status === "fulfilled").length;
}

export const writingMutants: readonly BlindMutant[] = [
  {
    name: "expectedVersion is ignored, whatever it says",
    create: () => writingWith(() => ({ expectedVersion: undefined })),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one");
      const put = () => store.putSecret("demo/key", "two", { expectedVersion: "no-such" });
      return (await codeOf(put)) === "CONFLICT";
    },
  },
  {
    name: "expectedVersion null is ignored: a secret that exists is overwritten",
    create: () =>
      writingWith(({ expectedVersion }) => ({ expectedVersion: expectedVersion ?? undefined })),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one");
      const put = () => store.putSecret("demo/key", "two", { expectedVersion: null });
      return (await codeOf(put)) === "CONFLICT";
    },
  },
  {
    name: "expectedVersion is compared first and written later: two writers both win",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async write(key: string, value: SecretValue, context: WriteContext) {
          const rows = (await super.versions(key)) ?? [];
          const current = rows.find(({ isCurrent }) => isCurrent)?.version ?? null;
          const { expectedVersion = current } = context;
          if (expectedVersion !== current) throw new SecretError("CONFLICT", { key });
          await otherWork();
          return super.write(key, value, { ...context, expectedVersion: undefined });
        }
      })(),
    keepsPromise: async (store) => {
      const { version } = await store.putSecret("demo/race", "first");
      return (await winners(store, version as string)) === 1;
    },
  },
  {
    name: "expectedVersion null is looked up first and written later: two writers both create",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async write(key: string, value: SecretValue, context: WriteContext) {
          if (context.expectedVersion !== null) return super.write(key, value, context);
          const exists = await this.read(key).catch(() => undefined);
          if (exists) throw new SecretError("CONFLICT", { key });
          await otherWork();
          return super.write(key, value, { ...context, expectedVersion: undefined });
        }
      })(),
    keepsPromise: async (store) => (await winners(store, null)) === 1,
  },
  {
    name: "expectedVersion is satisfied by any version that the secret ever had",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async write(key: string, value: SecretValue, context: WriteContext) {
          const rows = (await super.versions(key)) ?? [];
          const known = rows.some(({ version }) => version === context.expectedVersion);
          const expectedVersion = known ? undefined : context.expectedVersion;
          return super.write(key, value, { ...context, expectedVersion });
        }
      })(),
    keepsPromise: async (store) => {
      const { version } = await store.putSecret("demo/key", "one");
      await store.putSecret("demo/key", "two");
      const put = () =>
        store.putSecret("demo/key", "three", { expectedVersion: version as string });
      return (await codeOf(put)) === "CONFLICT";
    },
  },
  {
    name: "expectedVersion creates a secret that does not exist",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async write(key: string, value: SecretValue, context: WriteContext) {
          const rows = await super.versions(key);
          const expectedVersion = rows ? context.expectedVersion : undefined;
          return super.write(key, value, { ...context, expectedVersion });
        }
      })(),
    keepsPromise: async (store) => {
      const put = () => store.putSecret("demo/absent", "one", { expectedVersion: "1" });
      return (await codeOf(put)) === "CONFLICT";
    },
  },
  {
    name: "a conflict is swallowed: the put resolves and nothing was written",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async write(
          key: string,
          value: SecretValue,
          context: WriteContext,
        ): Promise<WrittenData> {
          try {
            return await super.write(key, value, context);
          } catch (error) {
            const current = await this.read(key).catch(() => undefined);
            if (!SecretError.isInstance(error) || error.code !== "CONFLICT" || !current)
              throw error;
            const { version, createdAt } = current;
            return { version, createdAt };
          }
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one");
      const put = () => store.putSecret("demo/key", "two", { expectedVersion: null });
      return (await codeOf(put)) === "CONFLICT";
    },
  },
  {
    name: "a conflict is reported, and the value written all the same",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async write(key: string, value: SecretValue, context: WriteContext) {
          const rows = (await super.versions(key)) ?? [];
          const current = rows.find(({ isCurrent }) => isCurrent)?.version ?? null;
          const written = await super.write(key, value, {
            ...context,
            expectedVersion: undefined,
          });
          const { expectedVersion = current } = context;
          if (expectedVersion !== current) throw new SecretError("CONFLICT", { key });
          return written;
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one");
      await codeOf(() => store.putSecret("demo/key", "two", { expectedVersion: null }));
      return (await textOf(store, "demo/key")) === "one";
    },
  },
  {
    name: "a lost compare-and-set is reported as BACKEND_UNAVAILABLE",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async write(key: string, value: SecretValue, context: WriteContext) {
          return super.write(key, value, context).catch((error: unknown) => {
            if (!SecretError.isInstance(error) || error.code !== "CONFLICT") throw error;
            throw new SecretError("BACKEND_UNAVAILABLE", { key });
          });
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one");
      const put = () => store.putSecret("demo/key", "two", { expectedVersion: null });
      return (await codeOf(put)) === "CONFLICT";
    },
  },
  {
    name: "a put of the value that is current makes no new version",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async write(
          key: string,
          value: SecretValue,
          context: WriteContext,
        ): Promise<WrittenData> {
          const data = await this.read(key).catch(() => undefined);
          const same = data && (data.value as SecretValue).equals(value);
          if (!same) return super.write(key, value, context);
          return { version: data.version, createdAt: data.createdAt };
        }
      })(),
    keepsPromise: async (store) => {
      const first = await store.putSecret("demo/key", "same");
      const second = await store.putSecret("demo/key", "same");
      return first.version !== second.version;
    },
  },
  {
    name: "puts of one key that run side by side are given the same version",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async write(key: string, value: SecretValue, context: WriteContext) {
          const rows = (await super.versions(key)) ?? [];
          const version = String(rows.length + 1);
          await otherWork();
          return { ...(await super.write(key, value, context)), version };
        }
      })(),
    keepsPromise: async (store) => {
      const [one, two] = await Promise.all([
        store.putSecret("demo/key", "one"),
        store.putSecret("demo/key", "two"),
      ]);
      return one.version !== two.version;
    },
  },
  {
    name: "a put that the server refuses is still kept, and current once it is up again",
    create: () =>
      new (class extends MemorySecretStore {
        readonly #queue = new Map<string, SecretValue>();

        protected override async write(key: string, value: SecretValue, context: WriteContext) {
          return super.write(key, value, context).catch((error: unknown) => {
            const down = SecretError.isInstance(error) && error.code === "BACKEND_UNAVAILABLE";
            if (down) this.#queue.set(key, value);
            throw error;
          });
        }

        protected override async read(key: string) {
          const data = await super.read(key);
          const value = this.#queue.get(key);
          return data && value ? { ...data, value } : data;
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one");
      store.simulate("BACKEND_UNAVAILABLE");
      await codeOf(() => store.putSecret("demo/key", "two"));
      store.simulate(undefined);
      return (await textOf(store, "demo/key")) === "one";
    },
  },
  {
    name: "a put over a secret that was deleted leaves it deleted",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async write(key: string, value: SecretValue, context: WriteContext) {
          const { deletedAt } = (await super.describe(key)) ?? {};
          const written = await super.write(key, value, context);
          if (deletedAt !== undefined) await super.remove(key, { ...context, mode: "recoverable" });
          return written;
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one");
      await store.deleteSecret("demo/key");
      await store.putSecret("demo/key", "two");
      return (await codeOf(() => store.getSecret("demo/key"))) === "no error";
    },
  },
  {
    name: "a put forgets the versions before it",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async versions(key: string) {
          return (await super.versions(key))?.slice(0, 1);
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one");
      await store.putSecret("demo/key", "two");
      return (await store.getSecretVersions("demo/key")).length === 2;
    },
  },
];
