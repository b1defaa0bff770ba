import {
  type GetSecretOptions,
  type PutSecretOptions,
  SecretError,
  type SecretInput,
  type SecretValue,
  secretValue,
  type WriteContext,
} from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "../../../src/memory-secret-store.js";
import {
  AroundMemory,
  type BlindMutant,
  codeOf,
  type MutantStore,
  otherWork,
  textOf,
} from "./mutant.js";

type Fields = Record<string, unknown>;

/** A store that writes one field by itself where `change` gives the whole secret to write. */
function puttingField(
  change: (whole: string | undefined, field: string, text: string) => string | undefined,
): MutantStore {
  return new (class extends MemorySecretStore {
    override async putSecret(key: string, value: SecretInput, options?: PutSecretOptions) {
      if (typeof options?.field !== "string") return super.putSecret(key, value, options);
      const { field, ...rest } = options;
      const current = await this.read(key).catch(() => undefined);
      const whole = current && secretValue(current.value).expose();
      const next = change(whole, field, secretValue(value).expose());
      if (next === undefined) return super.putSecret(key, value, options);
      const expectedVersion = rest.expectedVersion ?? current?.version ?? null;
      const written = await super.putSecret(key, next, { ...rest, expectedVersion });
      return Object.freeze({ ...written, value: secretValue(value) });
    }
  })();
}

/** A store that reads one field by itself where `change` gives one. */
function readingField(
  change: (fields: Fields, field: string, whole: string) => SecretInput | undefined,
): MutantStore {
  return new (class extends MemorySecretStore {
    override async getSecret(key: string, options?: GetSecretOptions) {
      if (typeof options?.field !== "string") return super.getSecret(key, options);
      const { field, ...rest } = options;
      const data = await this.read(key).catch(() => undefined);
      const whole = data && secretValue(data.value).expose();
      const fields = whole === undefined ? undefined : fieldsOf(whole);
      const found = fields && change(fields, field, whole as string);
      if (found === undefined) return super.getSecret(key, options);
      return Object.freeze({ ...(await super.getSecret(key, rest)), value: secretValue(found) });
    }
  })();
}

function fieldsOf(whole: string): Fields | undefined {
  try {
    const parsed: unknown = JSON.parse(whole);
    return typeof parsed === "object" && parsed !== null ? (parsed as Fields) : undefined;
  } catch {
    return undefined;
  }
}

const missingField = () => new SecretError("INVALID_SECRET", { reason: "missing-field" });

async function fieldText(store: MutantStore, whole: string, field: string): Promise<string> {
  await store.putSecret("demo/map", whole);
  return (await store.getSecret("demo/map", { field })).value.expose();
}

export const fieldMutants: readonly BlindMutant[] = [
  {
    name: "a put of one field drops the others",
    create: () => puttingField((_, field, text) => JSON.stringify({ [field]: text })),
    keepsPromise: async (store) => {
      await store.putSecret("demo/map", '{"user":"u","password":"p"}');
      await store.putSecret("demo/map", "q", { field: "password" });
      return (await textOf(store, "demo/map")).includes('"user":"u"');
    },
  },
  {
    name: "a put of one field prints the numbers of the others anew",
    create: () =>
      puttingField((whole = "{}", field, text) =>
        JSON.stringify({ ...(JSON.parse(whole) as Fields), [field]: text }),
      ),
    keepsPromise: async (store) => {
      await store.putSecret("demo/map", '{"account":12345678901234567890,"password":"p"}');
      await store.putSecret("demo/map", "q", { field: "password" });
      return (await textOf(store, "demo/map")).includes("12345678901234567890");
    },
  },
  {
    name: "a put of one field makes texts of its siblings",
    create: () =>
      puttingField((whole = "{}", field, text) => {
        const texts = Object.entries(JSON.parse(whole) as Fields).map(([name, value]) => [
          name,
          typeof value === "object" ? value : String(value),
        ]);
        return JSON.stringify({ ...Object.fromEntries(texts), [field]: text });
      }),
    keepsPromise: async (store) => {
      await store.putSecret("demo/map", '{"port":5432,"password":"p"}');
      await store.putSecret("demo/map", "q", { field: "password" });
      return (await textOf(store, "demo/map")).includes('"port":5432');
    },
  },
  {
    name: "a put of one field is stored as the JSON that the text happens to be",
    create: () =>
      puttingField((whole = "{}", field, text) => {
        try {
          const parsed: unknown = JSON.parse(text);
          return JSON.stringify({ ...(JSON.parse(whole) as Fields), [field]: parsed });
        } catch {
          return undefined;
        }
      }),
    keepsPromise: async (store) => {
      await store.putSecret("demo/map", '{"pin":"0"}');
      await store.putSecret("demo/map", "1.0", { field: "pin" });
      const { value } = await store.getSecret("demo/map", { field: "pin" });
      return value.expose() === "1.0";
    },
  },
  {
    name: "a put of one field replaces a whole secret that is not an object",
    create: () =>
      puttingField((whole, field, text) =>
        whole === undefined || whole.startsWith("{")
          ? undefined
          : JSON.stringify({ [field]: text }),
      ),
    keepsPromise: async (store) => {
      await store.putSecret("demo/map", "plain text");
      const put = () => store.putSecret("demo/map", "q", { field: "password" });
      return (await codeOf(put)) === "INVALID_SECRET";
    },
  },
  {
    name: "a put of one field of an absent secret is NOT_FOUND",
    create: () =>
      puttingField((whole) => {
        if (whole === undefined) throw new SecretError("NOT_FOUND");
        return undefined;
      }),
    keepsPromise: async (store) =>
      (await codeOf(() => store.putSecret("demo/new", "q", { field: "password" }))) === "no error",
  },
  {
    name: "puts of two fields side by side lose one of them",
    create: () =>
      new (class extends MemorySecretStore {
        readonly #merging = new Set<string>();

        override putSecret(key: string, value: SecretInput, options?: PutSecretOptions) {
          const { field, expectedVersion } = options ?? {};
          if (field !== undefined && expectedVersion === undefined) this.#merging.add(key);
          else this.#merging.delete(key);
          return super.putSecret(key, value, options);
        }

        protected override async write(key: string, value: SecretValue, context: WriteContext) {
          if (!this.#merging.has(key)) return super.write(key, value, context);
          await otherWork();
          return super.write(key, value, { ...context, expectedVersion: undefined });
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/map", "{}");
      await Promise.all([
        store.putSecret("demo/map", "a", { field: "a" }),
        store.putSecret("demo/map", "b", { field: "b" }),
      ]);
      const { value } = await store.getSecret("demo/map");
      return Object.keys(value.exposeJson<Fields>()).length === 2;
    },
  },
  {
    name: "a put of one field forgets the caller's expectedVersion",
    create: () =>
      new (class extends MemorySecretStore {
        override async putSecret(key: string, value: SecretInput, options?: PutSecretOptions) {
          if (typeof options?.field !== "string") return super.putSecret(key, value, options);
          return super.putSecret(key, value, { ...options, expectedVersion: undefined });
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/map", '{"a":"1"}');
      const options = { field: "a", expectedVersion: "no-such" };
      return (await codeOf(() => store.putSecret("demo/map", "2", options))) === "CONFLICT";
    },
  },
  {
    name: "a missing field is NOT_FOUND",
    create: () =>
      readingField((fields, field) => {
        if (!Object.hasOwn(fields, field)) throw new SecretError("NOT_FOUND");
        return undefined;
      }),
    keepsPromise: async (store) =>
      (await codeOf(() => fieldText(store, '{"a":"1"}', "b"))) === "INVALID_SECRET",
  },
  {
    name: "a missing field yields the whole secret",
    create: () =>
      readingField((fields, field, whole) => (Object.hasOwn(fields, field) ? undefined : whole)),
    keepsPromise: async (store) =>
      (await codeOf(() => fieldText(store, '{"a":"1"}', "b"))) === "INVALID_SECRET",
  },
  {
    name: "a field that is not text is turned to text the JavaScript way",
    create: () =>
      readingField((fields, field) => {
        const value = fields[field];
        return typeof value === "object" ? String(value) : undefined;
      }),
    keepsPromise: async (store) => (await fieldText(store, '{"a":{"b":[1]}}', "a")) === '{"b":[1]}',
  },
  {
    name: "a text field comes with its quotes",
    create: () =>
      readingField((fields, field) => {
        const value = fields[field];
        return typeof value === "string" ? JSON.stringify(value) : undefined;
      }),
    keepsPromise: async (store) => (await fieldText(store, '{"a":"1"}', "a")) === "1",
  },
  {
    name: "a field with a big number loses its last digits",
    create: () =>
      readingField((fields, field) => {
        const value = fields[field];
        return typeof value === "number" ? JSON.stringify(value) : undefined;
      }),
    keepsPromise: async (store) =>
      (await fieldText(store, '{"a":12345678901234567890}', "a")) === "12345678901234567890",
  },
  {
    name: "a field named as a path reaches into nested objects",
    create: () =>
      readingField((fields, field) => {
        if (!field.includes(".")) return undefined;
        const value = field
          .split(".")
          .reduce<unknown>((inner, name) => (inner as Fields | undefined)?.[name], fields);
        if (typeof value !== "string") throw missingField();
        return value;
      }),
    keepsPromise: async (store) =>
      (await codeOf(() => fieldText(store, '{"a.b":"1"}', "a.b"))) === "no error",
  },
  {
    name: "a field that only the prototype has is found",
    create: () =>
      readingField((fields, field) => {
        const value = Object.hasOwn(fields, field) ? undefined : fields[field];
        return value === undefined ? undefined : String(value);
      }),
    keepsPromise: async (store) =>
      (await codeOf(() => fieldText(store, '{"a":"1"}', "toString"))) === "INVALID_SECRET",
  },
  {
    name: "a field of getSecretVersion is ignored",
    create: () =>
      new (class extends AroundMemory {
        override getSecretVersion(key: string, version: string) {
          return super.getSecretVersion(key, version);
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/map", '{"a":"1"}');
      const { value } = await store.getSecretVersion("demo/map", "current", { field: "a" });
      return value.expose() === "1";
    },
  },
];
