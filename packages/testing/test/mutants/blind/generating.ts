import {
  type RotateContext,
  type RotateSecretOptions,
  type Secret,
  SecretError,
  type SecretInput,
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
  storing,
  textOf,
} from "./mutant.js";

/** A store whose rotation is what `change` makes of what was asked. */
function rotating(change: (context: RotateContext) => Partial<RotateContext>): MutantStore {
  return new (class extends MemorySecretStore {
    protected override async rotate(key: string, context: RotateContext) {
      return super.rotate(key, { ...context, ...change(context) });
    }
  })();
}

const generate = () => "new value";

async function rotate(store: MutantStore, options: RotateSecretOptions = {}): Promise<Secret> {
  await store.putSecret("demo/key", "old value", { tags: { team: "a" } });
  return store.rotateSecret("demo/key", { generate, ...options });
}

export const writtenByRotationMutants: readonly BlindMutant[] = [
  {
    name: "a rotation writes the old value as a new version",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async write(key: string, value: SecretValue, context: WriteContext) {
          const current = isRotation(context) ? await this.read(key) : undefined;
          return super.write(key, secretValue(current?.value ?? value), context);
        }
      })(),
    keepsPromise: async (store) => {
      await rotate(store);
      return (await textOf(store, "demo/key")) === "new value";
    },
  },
  {
    name: "a rotation writes nothing",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async write(key: string, value: SecretValue, context: WriteContext) {
          if (!isRotation(context)) return super.write(key, value, context);
          return { version: "99", createdAt: new Date().toISOString() };
        }
      })(),
    keepsPromise: async (store) => {
      await rotate(store);
      return (await textOf(store, "demo/key")) === "new value";
    },
  },
  {
    name: "a rotation prefixes what was generated",
    create: () =>
      storing((value) => `v2:${Buffer.from(value.exposeBytes()).toString("utf8")}`, isRotation),
    keepsPromise: async (store) => {
      await rotate(store);
      return (await textOf(store, "demo/key")) === "new value";
    },
  },
];

export const generatingMutants: readonly BlindMutant[] = [
  {
    name: "a rotation that nobody makes a value for writes random text",
    create: () =>
      rotating(({ generate: given }) => ({ generate: given ?? (() => `${Math.random()}`) })),
    keepsPromise: async (store) =>
      (await codeOf(() => rotate(store, { generate: undefined }))) === "CONFIGURATION",
  },
  {
    name: "a generator that gives the current value counts as a rotation",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async rotate(key: string, context: RotateContext) {
          const before = await this.read(key);
          return super.rotate(key, context).catch(async (error: unknown) => {
            const same = SecretError.isInstance(error) && error.reason === "unchanged";
            if (!same || !before) throw error;
            const written = await this.write(key, secretValue(before.value), context);
            return { ...written, value: before.value };
          });
        }
      })(),
    keepsPromise: async (store) => {
      const same = () => rotate(store, { generate: ({ current }) => current });
      return (await codeOf(same)) === "INVALID_SECRET";
    },
  },
  {
    name: "generate is not told the current value",
    create: () =>
      rotating(({ generate: given }) => ({
        generate: given && ((input) => given({ ...input, current: secretValue("unknown") })),
      })),
    keepsPromise: async (store) => {
      let current = "";
      const spy = (input: { current: SecretValue }): SecretInput => {
        current = input.current.expose();
        return "new value";
      };
      await rotate(store, { generate: spy });
      return current === "old value";
    },
  },
  {
    name: "generate is told the version that will be, not the one that is",
    create: () =>
      rotating(({ generate: given }) => ({
        generate:
          given && ((input) => given({ ...input, version: String(Number(input.version) + 1) })),
      })),
    keepsPromise: async (store) => {
      let version: string | undefined;
      await rotate(store, {
        generate: (input) => {
          version = input.version;
          return "new value";
        },
      });
      return version === "1";
    },
  },
];
