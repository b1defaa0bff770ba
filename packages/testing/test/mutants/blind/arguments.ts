import {
  type DeleteSecretOptions,
  type GetSecretOptions,
  type KeySyntax,
  type OperationOptions,
  type PutSecretOptions,
  portableKeySyntax,
  SecretError,
  type SecretInput,
  toArray,
} from "@llm-orchestrator/secrets-core";
import { AroundMemory, type BlindMutant, codeOf, type MutantStore } from "./mutant.js";

/** A store that reads and writes under another key than it was given. */
function mapping(map: (key: string) => string): MutantStore {
  return new (class extends AroundMemory {
    override getSecret(key: string, options?: GetSecretOptions) {
      return super.getSecret(typeof key === "string" ? map(key) : key, options);
    }

    override putSecret(key: string, value: SecretInput, options?: PutSecretOptions) {
      return super.putSecret(typeof key === "string" ? map(key) : key, value, options);
    }
  })();
}

function refuses(key: string) {
  return async (store: MutantStore) =>
    (await codeOf(() => store.putSecret(key, "value"))) === "INVALID_KEY";
}

export const argumentMutants: readonly BlindMutant[] = [
  {
    name: "keys are accepted that are longer than the store declares",
    create: () =>
      new (class extends AroundMemory {
        override get keySyntax(): KeySyntax {
          return { ...portableKeySyntax, maxLength: 128 };
        }
      })(),
    keepsPromise: async (store) => refuses("k".repeat(store.keySyntax.maxLength + 1))(store),
  },
  {
    name: "keys are accepted with characters that the store does not declare",
    create: () =>
      new (class extends AroundMemory {
        override get keySyntax(): KeySyntax {
          return { ...portableKeySyntax, pattern: /^[a-z0-9/-]+$/, maxLength: 512 };
        }
      })(),
    keepsPromise: async (store) =>
      (await codeOf(() => store.putSecret("demo/KEY", "value"))) ===
      (store.keySyntax.pattern.test("demo/KEY") ? "no error" : "INVALID_KEY"),
  },
  {
    name: "keys are refused that are as long as the store declares",
    create: () =>
      new (class extends AroundMemory {
        override async putSecret(key: string, value: SecretInput, options?: PutSecretOptions) {
          if (typeof key === "string" && key.length > 255) throw new SecretError("INVALID_KEY");
          return super.putSecret(key, value, options);
        }
      })(),
    keepsPromise: async (store) => {
      const key = "k".repeat(store.keySyntax.maxLength);
      return (await codeOf(() => store.putSecret(key, "value"))) === "no error";
    },
  },
  {
    name: "keys are refused with characters that the store declares",
    create: () =>
      new (class extends AroundMemory {
        override async putSecret(key: string, value: SecretInput, options?: PutSecretOptions) {
          if (String(key).includes("+")) throw new SecretError("INVALID_KEY");
          return super.putSecret(key, value, options);
        }
      })(),
    keepsPromise: async (store) =>
      (await codeOf(() => store.putSecret("demo/a+b", "value"))) === "no error",
  },
  {
    name: "double slashes of a key fall into one",
    create: () => mapping((key) => key.replace(/\/{2,}/g, "/")),
    keepsPromise: refuses("demo//key"),
  },
  {
    name: "a slash at the start of a key is dropped",
    create: () => mapping((key) => key.replace(/^\/(?!\/)/, "")),
    keepsPromise: refuses("/demo/key"),
  },
  {
    name: "a slash at the end of a key is dropped",
    create: () => mapping((key) => key.replace(/(?<=[^/])\/$/, "")),
    keepsPromise: refuses("demo/key/"),
  },
  {
    name: "segments of two dots are resolved",
    create: () => mapping((key) => key.replace(/[^/]+\/\.\.\//g, "")),
    keepsPromise: refuses("demo/other/../key"),
  },
  {
    name: "segments of one dot are dropped",
    create: () => mapping((key) => key.replace(/\/\.(?=\/)/g, "")),
    keepsPromise: refuses("demo/./key"),
  },
  {
    name: "spaces and newlines around a key are trimmed",
    create: () => mapping((key) => key.trim()),
    keepsPromise: refuses("demo/key\n"),
  },
  {
    name: "keys are decoded as parts of a URL",
    create: () =>
      mapping((key) => {
        try {
          return decodeURIComponent(key);
        } catch {
          return key;
        }
      }),
    keepsPromise: refuses("demo%2Fkey"),
  },
  {
    name: "control characters of a key are dropped",
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is dropped
    create: () => mapping((key) => key.replace(/[\u0000-\u001f]/g, "")),
    keepsPromise: refuses("demo/\0key"),
  },
  {
    name: "letters beyond ASCII in a key become the nearest ASCII ones",
    create: () => mapping((key) => key.normalize("NFKD").replace(/[\u0300-\u036f]/g, "")),
    keepsPromise: refuses("demo/k\u00e9y"),
  },
  {
    name: "a key that is a number is taken as text",
    create: () =>
      new (class extends AroundMemory {
        override getSecret(key: string, options?: GetSecretOptions) {
          return super.getSecret(typeof key === "number" ? String(key) : key, options);
        }
      })(),
    keepsPromise: async (store) =>
      (await codeOf(() => store.getSecret(7 as unknown as string))) === "INVALID_KEY",
  },
  {
    name: "an option that does not exist is ignored",
    create: () =>
      new (class extends AroundMemory {
        override getSecret(key: string, options?: GetSecretOptions) {
          const { field, fresh, rejected, signal } = options ?? {};
          return super.getSecret(key, { field, fresh, rejected, signal });
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", '{"a":"1"}');
      const options = { feild: "a" } as GetSecretOptions;
      return (await codeOf(() => store.getSecret("demo/key", options))) === "CONFIGURATION";
    },
  },
  {
    name: "an option of putSecret that does not exist is ignored",
    create: () =>
      new (class extends AroundMemory {
        override putSecret(key: string, value: SecretInput, options?: PutSecretOptions) {
          const { field, description, tags, rotationPeriodDays, ...rest } = options ?? {};
          const { expectedVersion, signal } = rest;
          const known = { field, description, tags, rotationPeriodDays };
          return super.putSecret(key, value, { ...known, expectedVersion, signal });
        }
      })(),
    keepsPromise: async (store) => {
      const options = { expectedversion: null } as PutSecretOptions;
      const put = () => store.putSecret("demo/key", "value", options);
      return (await codeOf(put)) === "CONFIGURATION";
    },
  },
  {
    name: "a field named __proto__ is accepted and not found",
    create: () =>
      new (class extends AroundMemory {
        override async getSecret(key: string, options?: GetSecretOptions) {
          if (options?.field !== "__proto__") return super.getSecret(key, options);
          throw new SecretError("INVALID_SECRET", { key, reason: "missing-field" });
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "{}");
      const read = () => store.getSecret("demo/key", { field: "__proto__" });
      return (await codeOf(read)) === "CONFIGURATION";
    },
  },
  {
    name: "a tag named constructor is dropped and not refused",
    create: () =>
      new (class extends AroundMemory {
        override putSecret(key: string, value: SecretInput, options?: PutSecretOptions) {
          if (!options?.tags) return super.putSecret(key, value, options);
          const entries = Object.entries(options.tags).filter(([name]) => name !== "constructor");
          return super.putSecret(key, value, { ...options, tags: Object.fromEntries(entries) });
        }
      })(),
    keepsPromise: async (store) => {
      const put = () =>
        store.putSecret("demo/key", "value", { tags: { constructor: "a" } as never });
      return (await codeOf(put)) === "CONFIGURATION";
    },
  },
  {
    name: "an unknown mode of deletion is taken for the recoverable one",
    create: () =>
      new (class extends AroundMemory {
        override deleteSecret(key: string, options?: DeleteSecretOptions) {
          const mode = options?.mode === "permanent" ? "permanent" : "recoverable";
          return super.deleteSecret(key, { ...options, mode });
        }
      })(),
    keepsPromise: async (store) => {
      const mode = "forever" as DeleteSecretOptions["mode"];
      return (await codeOf(() => store.deleteSecret("demo/key", { mode }))) === "CONFIGURATION";
    },
  },
  {
    name: "a prefix with two dots lists the folder above",
    create: () =>
      new (class extends AroundMemory {
        override listSecrets(prefix = "", options?: OperationOptions) {
          return super.listSecrets(prefix.replace(/[^/]*\/\.\.\//g, ""), options);
        }
      })(),
    keepsPromise: async (store) =>
      (await codeOf(() => toArray(store.listSecrets("demo/../")))) === "INVALID_KEY",
  },
];
