import {
  checkPrefix,
  type OperationOptions,
  SecretError,
  toArray,
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

/** A store whose server lists otherwise than the memory store. */
function listing(
  change: (all: readonly string[], prefix: string) => readonly string[],
): MutantStore {
  return new (class extends MemorySecretStore {
    protected override async *list(prefix: string): AsyncGenerator<string> {
      yield* change(await toArray(super.list("")), prefix);
    }
  })();
}

/** A store that changes what a right listing yields. */
function yielding(
  change: (keys: readonly string[], prefix: string) => readonly string[],
): MutantStore {
  return listing((all, prefix) =>
    change(
      all.filter((key) => key.startsWith(prefix)),
      prefix,
    ),
  );
}

const folderOf = (key: string) => key.slice(0, key.lastIndexOf("/") + 1);

async function listed(
  store: MutantStore,
  prefix: string,
  keys: readonly string[] = ["app/db/password", "app/key", "application/key", "zoo"],
): Promise<string> {
  for (const key of keys) await store.putSecret(key, "value");
  return (await toArray(store.listSecrets(prefix))).sort().join();
}

const manyKeys = Array.from(
  { length: 250 },
  (_, index) => `many/${String(index).padStart(3, "0")}`,
);

export const listingMutants: readonly BlindMutant[] = [
  {
    name: "a listing ends after the first page of 100",
    pageSize: 100,
    create: () => yielding((keys) => keys.slice(0, 100)),
    keepsPromise: async (store) => (await listed(store, "many/", manyKeys)) === manyKeys.join(),
  },
  {
    name: "a listing ends after the second page of 20",
    pageSize: 20,
    create: () => yielding((keys) => keys.slice(0, 40)),
    keepsPromise: async (store) => (await listed(store, "many/", manyKeys)) === manyKeys.join(),
  },
  {
    name: "a listing skips the last key of each full page",
    pageSize: 20,
    create: () => yielding((keys) => keys.filter((_, index) => index % 20 !== 19)),
    keepsPromise: async (store) => (await listed(store, "many/", manyKeys)) === manyKeys.join(),
  },
  {
    name: "a listing gives the last key of a page of 20 again as the first of the next",
    pageSize: 20,
    create: () =>
      yielding((keys) => keys.flatMap((key, index) => (index % 20 === 19 ? [key, key] : [key]))),
    keepsPromise: async (store) => (await listed(store, "many/", manyKeys)) === manyKeys.join(),
  },
  {
    name: "a listing is of one folder and does not go below",
    create: () => yielding((keys, prefix) => keys.filter((key) => folderOf(key) === prefix)),
    keepsPromise: async (store) => (await listed(store, "app/")) === "app/db/password,app/key",
  },
  {
    name: "a listing goes one folder down and no further",
    create: () =>
      yielding((keys, prefix) =>
        keys.filter((key) => key.slice(prefix.length).split("/").length <= 2),
      ),
    keepsPromise: async (store) => (await listed(store, "a", ["a/b/c/d", "a/b"])) === "a/b,a/b/c/d",
  },
  {
    name: "a prefix is taken for a folder",
    create: () =>
      listing((all, prefix) => {
        const folder = prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`;
        return all.filter((key) => key.startsWith(folder));
      }),
    keepsPromise: async (store) =>
      (await listed(store, "app")) === "app/db/password,app/key,application/key",
  },
  {
    name: "the slash at the end of a prefix is ignored",
    create: () =>
      listing((all, prefix) => all.filter((key) => key.startsWith(prefix.replace(/\/$/, "")))),
    keepsPromise: async (store) => (await listed(store, "app/")) === "app/db/password,app/key",
  },
  {
    name: "a prefix is read as a pattern, where a dot is any character",
    create: () => listing((all, prefix) => all.filter((key) => matches(prefix, key))),
    keepsPromise: async (store) => (await listed(store, "a.b", ["a.b", "axb"])) === "a.b",
  },
  {
    name: "a prefix is found anywhere in a key",
    create: () => listing((all, prefix) => all.filter((key) => key.includes(prefix))),
    keepsPromise: async (store) => (await listed(store, "key", ["key", "app/key"])) === "key",
  },
  {
    name: "a prefix matches in any case",
    create: () =>
      listing((all, prefix) =>
        all.filter((key) => key.toLowerCase().startsWith(prefix.toLowerCase())),
      ),
    keepsPromise: async (store) => (await listed(store, "app", ["app", "App"])) === "app",
  },
  {
    name: "a key that is the prefix itself is not listed",
    create: () => yielding((keys, prefix) => keys.filter((key) => key !== prefix)),
    keepsPromise: async (store) => (await listed(store, "zoo")) === "zoo",
  },
  {
    name: "a listing yields keys without the prefix",
    create: () => yielding((keys, prefix) => keys.map((key) => key.slice(prefix.length) || key)),
    keepsPromise: async (store) => (await listed(store, "app/")) === "app/db/password,app/key",
  },
  {
    name: "a listing yields folders among the keys",
    create: () =>
      yielding((keys) => [...new Set(keys.flatMap((key) => [folderOf(key), key]))].filter(Boolean)),
    keepsPromise: async (store) => (await listed(store, "app/")) === "app/db/password,app/key",
  },
  {
    name: "the prefix of a listing is ignored",
    create: () => listing((all) => all),
    keepsPromise: async (store) => (await listed(store, "app/")) === "app/db/password,app/key",
  },
  {
    name: "a listing asks the server before anyone asks for the first key",
    create: () =>
      new (class extends AroundMemory {
        override listSecrets(prefix?: string, options?: OperationOptions) {
          const keys = toArray(super.listSecrets(prefix, options));
          keys.catch(() => {});
          return (async function* () {
            yield* await keys;
          })();
        }
      })(),
    keepsPromise: async (store) => {
      const keys = store.listSecrets("app/");
      await store.putSecret("app/key", "value");
      return (await toArray(keys)).join() === "app/key";
    },
  },
  {
    name: "a listing throws for a bad prefix before the first key is asked for",
    create: () =>
      new (class extends AroundMemory {
        override listSecrets(prefix = "", options?: OperationOptions) {
          checkPrefix(prefix, this.keySyntax);
          return super.listSecrets(prefix, options);
        }
      })(),
    keepsPromise: async (store) => (await thrownBy(() => store.listSecrets("//"))) === undefined,
  },
  {
    name: "an early break does not end the listing that runs behind it",
    create: () =>
      new (class extends AroundMemory {
        override listSecrets(prefix?: string, options?: OperationOptions) {
          const source = super.listSecrets(prefix, options);
          return {
            [Symbol.asyncIterator]: () => {
              const iterator = source[Symbol.asyncIterator]();
              return { next: () => iterator.next() };
            },
          };
        }
      })(),
    keepsPromise: async (store) => {
      const iterator = store.listSecrets()[Symbol.asyncIterator]();
      return typeof iterator.return === "function";
    },
  },
  {
    name: "a listing that is denied is empty",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async *list(prefix: string): AsyncGenerator<string> {
          try {
            yield* super.list(prefix);
          } catch (error) {
            if (!SecretError.isInstance(error) || error.code !== "PERMISSION_DENIED") throw error;
          }
        }
      })(),
    keepsPromise: async (store) => {
      store.simulate("PERMISSION_DENIED");
      return (await codeOf(() => toArray(store.listSecrets()))) === "PERMISSION_DENIED";
    },
  },
  {
    name: "a listing that nobody can answer is empty",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async *list(prefix: string): AsyncGenerator<string> {
          try {
            yield* super.list(prefix);
          } catch (error) {
            if (!SecretError.isInstance(error) || error.code !== "BACKEND_UNAVAILABLE") throw error;
          }
        }
      })(),
    keepsPromise: async (store) => {
      store.simulate("BACKEND_UNAVAILABLE");
      return (await codeOf(() => toArray(store.listSecrets()))) === "BACKEND_UNAVAILABLE";
    },
  },
  {
    name: "a listing does not look at its signal",
    create: () =>
      new (class extends AroundMemory {
        override listSecrets(prefix?: string, options?: OperationOptions) {
          return super.listSecrets(prefix, withoutSignal(options));
        }
      })(),
    keepsPromise: async (store) => {
      const signal = AbortSignal.abort();
      return (await codeOf(() => toArray(store.listSecrets("", { signal })))) !== "no error";
    },
  },
  {
    name: "a listing looks at its signal before the first key only",
    create: () =>
      new (class extends AroundMemory {
        override async *listSecrets(prefix?: string, options?: OperationOptions) {
          if (options?.signal instanceof AbortSignal) options.signal.throwIfAborted();
          yield* super.listSecrets(prefix, withoutSignal(options));
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("app/a", "value");
      await store.putSecret("app/b", "value");
      const controller = new AbortController();
      const { signal } = controller;
      const drain = async () => {
        for await (const _ of store.listSecrets("app/", { signal })) controller.abort();
      };
      return (await codeOf(drain)) !== "no error";
    },
  },
];

function matches(pattern: string, key: string): boolean {
  return new RegExp(`^${pattern.replaceAll("+", "\\+")}`).test(key);
}
