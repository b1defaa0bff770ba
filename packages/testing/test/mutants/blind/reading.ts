import {
  type GetSecretOptions,
  type PutSecretOptions,
  type Secret,
  type SecretData,
  SecretError,
  type SecretInput,
  type SecretValue,
  type WriteContext,
} from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "../../../src/memory-secret-store.js";
import { AroundMemory, type BlindMutant, codeOf, otherWork, textOf } from "./mutant.js";

export const readingMutants: readonly BlindMutant[] = [
  {
    name: "getSecret gives the newest value under the id of the first version",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async read(key: string): Promise<SecretData | undefined> {
          const data = await super.read(key);
          return data && { ...data, version: "1" };
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one");
      const { version } = await store.putSecret("demo/key", "two");
      return (await store.getSecret("demo/key")).version === version;
    },
  },
  {
    name: "getSecret gives what it gave before, also after a put through the same store",
    create: () =>
      new (class extends MemorySecretStore {
        readonly #seen = new Map<string, SecretData>();

        protected override async read(key: string): Promise<SecretData | undefined> {
          const seen = this.#seen.get(key);
          const data = await super.read(key);
          if (data && seen) return seen;
          if (data) this.#seen.set(key, data);
          else this.#seen.delete(key);
          return data;
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one");
      await store.getSecret("demo/key");
      await store.putSecret("demo/key", "two");
      return (await textOf(store, "demo/key")) === "two";
    },
  },
  {
    name: "reads that run side by side all answer with the secret of the last key asked",
    create: () =>
      new (class extends MemorySecretStore {
        #path = "";

        protected override async read(key: string): Promise<SecretData | undefined> {
          this.#path = key;
          await Promise.resolve();
          return super.read(this.#path);
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/a", "a");
      await store.putSecret("demo/b", "b");
      const texts = await Promise.all([textOf(store, "demo/a"), textOf(store, "demo/b")]);
      return texts.join() === "a,b";
    },
  },
  {
    name: "keys that differ only in their case are one secret",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async read(key: string) {
          return super.read(key.toLowerCase());
        }

        protected override async write(key: string, value: SecretValue, context: WriteContext) {
          return super.write(key.toLowerCase(), value, context);
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "lower");
      await store.putSecret("demo/KEY", "upper");
      return (await textOf(store, "demo/key")) === "lower";
    },
  },
  {
    name: "keys that share their first 255 characters are one secret",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async read(key: string) {
          return super.read(key.slice(0, 255));
        }

        protected override async write(key: string, value: SecretValue, context: WriteContext) {
          return super.write(key.slice(0, 255), value, context);
        }
      })(),
    keepsPromise: async (store) => {
      const long = "k".repeat(300);
      await store.putSecret(`${long}1`, "one");
      await store.putSecret(`${long}2`, "two");
      return (await textOf(store, `${long}1`)) === "one";
    },
  },
  {
    name: "slashes and underscores of a key fall together",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async read(key: string) {
          return super.read(key.replaceAll("/", "_"));
        }

        protected override async write(key: string, value: SecretValue, context: WriteContext) {
          return super.write(key.replaceAll("/", "_"), value, context);
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/a_b", "one");
      await store.putSecret("demo/a/b", "two");
      return (await textOf(store, "demo/a_b")) === "one";
    },
  },
  {
    name: "a secret under the key __proto__ is lost, since an object keeps the names",
    create: () =>
      new (class extends MemorySecretStore {
        readonly #names: Record<string, string> = {};

        protected override async read(key: string) {
          const data = await super.read(key);
          return Object.hasOwn(this.#names, key) ? data : undefined;
        }

        protected override async write(key: string, value: SecretValue, context: WriteContext) {
          this.#names[key] = key;
          return super.write(key, value, context);
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("__proto__", "kept");
      return (await codeOf(() => store.getSecret("__proto__"))) === "no error";
    },
  },
  {
    name: "an absent key that is a property of every object is not reported as absent",
    create: () =>
      new (class extends MemorySecretStore {
        readonly #values: Record<string, SecretData> = {};

        protected override async read(key: string) {
          return (await super.read(key)) ?? this.#values[key];
        }
      })(),
    keepsPromise: async (store) =>
      (await codeOf(() => store.getSecret("constructor"))) === "NOT_FOUND",
  },
  {
    name: "a read just after a put does not see it yet",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async write(key: string, value: SecretValue, context: WriteContext) {
          const rows = (await super.versions(key)) ?? [];
          const late = otherWork().then(() => super.write(key, value, context));
          late.catch(() => {});
          if (context.expectedVersion !== undefined) return late;
          return { version: String(rows.length + 1), createdAt: new Date().toISOString() };
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one");
      return (await codeOf(() => store.getSecret("demo/key"))) === "no error";
    },
  },
  {
    name: "a read with fresh is refused, since the store has no cache",
    create: () =>
      new (class extends AroundMemory {
        override async getSecret(key: string, options?: GetSecretOptions): Promise<Secret> {
          if (options?.fresh !== undefined) throw new SecretError("NOT_SUPPORTED");
          return super.getSecret(key, options);
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one");
      return (await codeOf(() => store.getSecret("demo/key", { fresh: true }))) === "no error";
    },
  },
  {
    name: "a read with rejected is refused, since the store has no cache",
    create: () =>
      new (class extends AroundMemory {
        override async getSecret(key: string, options?: GetSecretOptions): Promise<Secret> {
          if (options?.rejected) throw new SecretError("CONFIGURATION");
          return super.getSecret(key, options);
        }
      })(),
    keepsPromise: async (store) => {
      const rejected = await store.putSecret("demo/key", "one");
      return (await codeOf(() => store.getSecret("demo/key", { rejected }))) === "no error";
    },
  },
  {
    name: "a read with rejected hands the rejected secret back",
    create: () =>
      new (class extends AroundMemory {
        override async getSecret(key: string, options?: GetSecretOptions): Promise<Secret> {
          return options?.rejected ?? super.getSecret(key, options);
        }
      })(),
    keepsPromise: async (store) => {
      const rejected = await store.putSecret("demo/key", "one");
      await store.putSecret("demo/key", "two");
      const secret = await store.getSecret("demo/key", { rejected });
      return secret.value.expose() === "two";
    },
  },
  {
    name: "what putSecret gives names the version before the one it made",
    create: () =>
      new (class extends MemorySecretStore {
        override async putSecret(key: string, value: SecretInput, options?: PutSecretOptions) {
          const written = await super.putSecret(key, value, options);
          const before = Math.max(1, Number(written.version) - 1);
          return Object.freeze({ ...written, version: String(before) });
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one");
      const { version } = await store.putSecret("demo/key", "two");
      return version === (await store.getSecret("demo/key")).version;
    },
  },
];
