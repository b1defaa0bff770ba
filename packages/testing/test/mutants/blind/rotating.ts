import {
  type RotateContext,
  type RotateSecretOptions,
  type Secret,
  type SecretData,
  SecretError,
  type SecretValue,
  secretValue,
  type WriteContext,
} from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "../../../src/memory-secret-store.js";
import {
  type BlindMutant,
  codeOf,
  isRotation,
  type MutantStore,
  otherWork,
  textOf,
  thrownBy,
} from "./mutant.js";

/** A store whose rotation is what `change` makes of what was asked. */
function rotating(change: (context: RotateContext) => Partial<RotateContext>): MutantStore {
  return new (class extends MemorySecretStore {
    protected override async rotate(key: string, context: RotateContext) {
      return super.rotate(key, { ...context, ...change(context) });
    }
  })();
}

/** A store that gives out something else than what the rotation made. */
function answering(change: (rotated: SecretData, before: SecretData) => SecretData): MutantStore {
  return new (class extends MemorySecretStore {
    protected override async rotate(key: string, context: RotateContext) {
      const before = await this.read(key);
      const rotated = await super.rotate(key, context);
      return change(rotated, before as SecretData);
    }
  })();
}

/** A store that changes how a rotation is written, and no put. */
function rotatingWith(change: (context: WriteContext) => Partial<WriteContext>): MutantStore {
  return new (class extends MemorySecretStore {
    protected override async write(key: string, value: SecretValue, context: WriteContext) {
      const changes = isRotation(context) ? change(context) : {};
      return super.write(key, value, { ...context, ...changes });
    }
  })();
}

/** A store that writes something else when one field is rotated. */
function writingField(
  change: (fields: Record<string, unknown>, field: string) => SecretValue,
): MutantStore {
  return new (class extends MemorySecretStore {
    #field: string | undefined;

    protected override async rotate(key: string, context: RotateContext) {
      this.#field = context.field;
      return super.rotate(key, context);
    }

    protected override async write(key: string, value: SecretValue, context: WriteContext) {
      const field = isRotation(context) ? this.#field : undefined;
      if (field === undefined) return super.write(key, value, context);
      return super.write(key, change(value.exposeJson(), field), context);
    }
  })();
}

const generate = () => "new value";

async function rotate(store: MutantStore, options: RotateSecretOptions = {}): Promise<Secret> {
  await store.putSecret("demo/key", "old value", { tags: { team: "a" } });
  return store.rotateSecret("demo/key", { generate, ...options });
}

export const rotatingMutants: readonly BlindMutant[] = [
  {
    name: "a rotation overwrites what another writer put in the meantime",
    create: () => rotatingWith(() => ({ expectedVersion: undefined })),
    keepsPromise: async (store) => {
      const racing = async () => {
        await store.putSecret("demo/key", "another writer's");
        return "new value";
      };
      await thrownBy(() => rotate(store, { generate: racing }));
      return (await textOf(store, "demo/key")) === "another writer's";
    },
  },
  {
    name: "a rotation that lost a race starts again and calls generate twice",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async rotate(key: string, context: RotateContext) {
          return super.rotate(key, context).catch((error: unknown) => {
            if (!SecretError.isInstance(error) || error.code !== "CONFLICT") throw error;
            return super.rotate(key, context);
          });
        }
      })(),
    keepsPromise: async (store) => {
      let calls = 0;
      const racing = async () => {
        if (++calls === 1) await store.putSecret("demo/key", "another writer's");
        return "new value";
      };
      return (await codeOf(() => rotate(store, { generate: racing }))) === "CONFLICT";
    },
  },
  {
    name: "a rotation drops the tags",
    create: () => rotatingWith(() => ({ tags: {} })),
    keepsPromise: async (store) => {
      await rotate(store);
      const { tags } = await store.describeSecret("demo/key");
      return tags.team === "a";
    },
  },
  {
    name: "a rotation destroys the version before",
    create: () =>
      new (class extends MemorySecretStore {
        readonly #rotated = new Map<string, string | undefined>();

        protected override async rotate(key: string, context: RotateContext) {
          const before = await this.read(key);
          const rotated = await super.rotate(key, context);
          this.#rotated.set(key, before?.version);
          return rotated;
        }

        protected override async readVersion(key: string, version: string) {
          if (this.#rotated.get(key) === version) {
            throw new SecretError("NOT_FOUND", { key, reason: "destroyed" });
          }
          return super.readVersion(key, version);
        }
      })(),
    keepsPromise: async (store) => {
      await rotate(store);
      const read = () => store.getSecretVersion("demo/key", "previous");
      return (await codeOf(read)) === "no error";
    },
  },
  {
    name: "rotateSecret gives the old secret",
    create: () => answering((_, before) => before),
    keepsPromise: async (store) => (await rotate(store)).value.expose() === "new value",
  },
  {
    name: "rotateSecret gives the new value under the old version",
    create: () => answering((rotated, { version }) => ({ ...rotated, version })),
    keepsPromise: async (store) =>
      (await rotate(store)).version === (await store.getSecret("demo/key")).version,
  },
  {
    name: "a rotation creates a secret that is absent",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async rotate(key: string, context: RotateContext) {
          if (await this.read(key)) return super.rotate(key, context);
          const value = secretValue("created by a rotation");
          return { ...(await this.write(key, value, context)), value };
        }
      })(),
    keepsPromise: async (store) =>
      (await codeOf(() => store.rotateSecret("demo/absent", { generate }))) === "NOT_FOUND",
  },
  {
    name: "a rotation of a field drops the other fields",
    create: () =>
      writingField((fields, field) => secretValue(JSON.stringify({ [field]: fields[field] }))),
    keepsPromise: async (store) => {
      await store.putSecret("demo/map", '{"user":"u","password":"p"}');
      await store.rotateSecret("demo/map", { generate, field: "password" });
      return (await textOf(store, "demo/map")) === '{"user":"u","password":"new value"}';
    },
  },
  {
    name: "a rotation of a field replaces the whole secret",
    create: () => writingField((fields, field) => secretValue(String(fields[field]))),
    keepsPromise: async (store) => {
      await store.putSecret("demo/map", '{"user":"u","password":"p"}');
      await store.rotateSecret("demo/map", { generate, field: "password" });
      return (await textOf(store, "demo/map")) === '{"user":"u","password":"new value"}';
    },
  },
  {
    name: "a rotation without a field replaces all fields of a map",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async rotate(key: string, context: RotateContext) {
          return super.rotate(key, context).catch(async (error: unknown) => {
            const isMap = SecretError.isInstance(error) && error.reason === "field-required";
            if (!isMap) throw error;
            const value = secretValue("a rotated value");
            return { ...(await this.write(key, value, context)), value };
          });
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/map", '{"user":"u","password":"p"}');
      const whole = () => store.rotateSecret("demo/map", { generate });
      return (await codeOf(whole)) === "INVALID_SECRET";
    },
  },
  {
    name: "a rotation that was cancelled during verify writes all the same",
    create: () =>
      rotating(({ generate: given, verify, signal }) => ({
        signal: undefined,
        ...(given && { generate: (input) => given({ ...input, signal }) }),
        ...(verify && { verify: (candidate) => verify(candidate, { signal }) }),
      })),
    keepsPromise: async (store) => {
      const controller = new AbortController();
      const verify = () => controller.abort();
      await thrownBy(() => rotate(store, { verify, signal: controller.signal }));
      await otherWork();
      return (await textOf(store, "demo/key")) === "old value";
    },
  },
  {
    name: "a generator that throws leaves an empty version behind",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async rotate(key: string, context: RotateContext) {
          return super.rotate(key, context).catch(async (error: unknown) => {
            const failed = SecretError.isInstance(error) && error.reason === "generate-failed";
            if (failed) await this.write(key, secretValue("pending"), context);
            throw error;
          });
        }
      })(),
    keepsPromise: async (store) => {
      const failing = () => {
        throw new Error("the vendor is down");
      };
      await thrownBy(() => rotate(store, { generate: failing }));
      return (await textOf(store, "demo/key")) === "old value";
    },
  },
];
