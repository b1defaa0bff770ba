import {
  type RotateContext,
  type RotateSecretOptions,
  type Secret,
  type SecretData,
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
  otherWork,
  storing,
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

export const rotatingMutants: readonly BlindMutant[] = [
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
    name: "a candidate is current while it is being verified",
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
      let seen = "";
      const verify = async () => {
        seen = await textOf(store, "demo/key");
      };
      await rotate(store, { verify });
      return seen === "old value";
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
    create: () => rotating(() => ({ signal: undefined })),
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
