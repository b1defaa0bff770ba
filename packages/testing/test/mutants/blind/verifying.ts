import {
  type RotateContext,
  type RotateSecretOptions,
  type Secret,
  type SecretData,
  SecretError,
  type SecretValue,
  secretValue,
} from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "../../../src/memory-secret-store.js";
import {
  type BlindMutant,
  codeOf,
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

/** Writes first and verifies then, as one does who wants the new value to be in use at once. */
abstract class WritesBeforeVerifying extends MemorySecretStore {
  protected override async rotate(key: string, context: RotateContext): Promise<SecretData> {
    const { verify, ...rest } = context;
    const before = await this.read(key);
    const rotated = await super.rotate(key, rest);
    const verified = await this.verified(rotated.value as SecretValue, context);
    if (verified || !before) return rotated;
    await this.onRefused(key, before, rest);
    throw new SecretError("INVALID_SECRET", { reason: "verify-failed" });
  }

  protected abstract onRefused(
    key: string,
    before: SecretData,
    context: RotateContext,
  ): Promise<void>;

  private async verified(value: SecretValue, { verify, signal }: RotateContext): Promise<boolean> {
    try {
      return (await verify?.(value, { signal })) !== false;
    } catch {
      return false;
    }
  }
}

const generate = () => "new value";

async function rotate(store: MutantStore, options: RotateSecretOptions = {}): Promise<Secret> {
  await store.putSecret("demo/key", "old value", { tags: { team: "a" } });
  return store.rotateSecret("demo/key", { generate, ...options });
}

async function refuse(store: MutantStore): Promise<void> {
  await store.putSecret("demo/key", "older value");
  await codeOf(() => rotate(store, { verify: () => false }));
}

export const verifyingMutants: readonly BlindMutant[] = [
  {
    name: "a candidate that verify refused stays current",
    create: () =>
      new (class extends WritesBeforeVerifying {
        protected override async onRefused(): Promise<void> {}
      })(),
    keepsPromise: async (store) => {
      await refuse(store);
      return (await textOf(store, "demo/key")) === "old value";
    },
  },
  {
    name: "a candidate that verify refused becomes the previous version",
    create: () =>
      new (class extends WritesBeforeVerifying {
        protected override async onRefused(
          key: string,
          before: SecretData,
          context: RotateContext,
        ): Promise<void> {
          await this.write(key, secretValue(before.value), context);
        }
      })(),
    keepsPromise: async (store) => {
      await refuse(store);
      const previous = await store.getSecretVersion("demo/key", "previous");
      return previous.value.expose() === "older value";
    },
  },
  {
    name: "a rotation that is cancelled during verify leaves the candidate current",
    create: () =>
      new (class extends WritesBeforeVerifying {
        protected override async onRefused(
          key: string,
          before: SecretData,
          context: RotateContext,
        ): Promise<void> {
          const older = await this.readPrevious(key, context);
          if (older) await this.write(key, secretValue(older.value), context);
          await this.write(key, secretValue(before.value), context);
        }
      })(),
    keepsPromise: async (store) => {
      const controller = new AbortController();
      const verify = () => controller.abort();
      await thrownBy(() => rotate(store, { verify, signal: controller.signal }));
      await otherWork();
      return (await textOf(store, "demo/key")) === "old value";
    },
  },
  {
    name: "a verify that gives false is taken for success",
    create: () =>
      rotating(({ verify }) => ({
        verify: verify && (async (candidate, options) => void (await verify(candidate, options))),
      })),
    keepsPromise: async (store) =>
      (await codeOf(() => rotate(store, { verify: () => false }))) === "INVALID_SECRET",
  },
  {
    name: "a verify that throws is taken for success",
    create: () =>
      rotating(({ verify }) => ({
        verify:
          verify &&
          (async (candidate, options) => {
            try {
              return await verify(candidate, options);
            } catch {
              return undefined;
            }
          }),
      })),
    keepsPromise: async (store) => {
      const verify = () => {
        throw new Error("refused");
      };
      return (await codeOf(() => rotate(store, { verify }))) === "INVALID_SECRET";
    },
  },
  {
    name: "a verify that gives a promise is not waited for",
    create: () =>
      rotating(({ verify }) => ({
        verify:
          verify &&
          ((candidate, options) => {
            const verdict = verify(candidate, options);
            if (!(verdict instanceof Promise)) return verdict;
            verdict.catch(() => {});
            return true;
          }),
      })),
    keepsPromise: async (store) =>
      (await codeOf(() => rotate(store, { verify: async () => false }))) === "INVALID_SECRET",
  },
  {
    name: "verify is never called",
    create: () => rotating(() => ({ verify: undefined })),
    keepsPromise: async (store) => {
      let calls = 0;
      await rotate(store, { verify: () => void calls++ });
      return calls === 1;
    },
  },
  {
    name: "verify is handed the old value",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async rotate(key: string, context: RotateContext) {
          const before = await this.read(key);
          const { verify } = context;
          const current = before && secretValue(before.value);
          return super.rotate(key, {
            ...context,
            verify: verify && current && ((_, options) => verify(current, options)),
          });
        }
      })(),
    keepsPromise: async (store) => {
      let seen: SecretValue | undefined;
      await rotate(store, {
        verify: (candidate) => {
          seen = candidate;
        },
      });
      return seen?.expose() === "new value";
    },
  },
  {
    name: "verify is handed the text of the candidate",
    create: () =>
      rotating(({ verify }) => ({
        verify:
          verify &&
          ((candidate, options) => verify(candidate.expose() as unknown as SecretValue, options)),
      })),
    keepsPromise: async (store) => {
      let kind = "";
      await rotate(store, {
        verify: (candidate) => {
          kind = typeof candidate;
        },
      });
      return kind === "object";
    },
  },
];
