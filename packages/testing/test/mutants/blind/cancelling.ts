import {
  type GetSecretOptions,
  type OperationOptions,
  type PutSecretOptions,
  SecretError,
  type SecretInput,
} from "@llm-orchestrator/secrets-core";
import {
  AroundMemory,
  type BlindMutant,
  codeOf,
  type MutantStore,
  thrownBy,
  withoutSignal,
} from "./mutant.js";

/** A store whose reads reject otherwise when they are cancelled. */
function cancelling(instead: (reason: unknown) => unknown): MutantStore {
  return new (class extends AroundMemory {
    override getSecret(key: string, options?: GetSecretOptions) {
      return super.getSecret(key, options).catch((error: unknown) => {
        throw options?.signal?.aborted ? instead(error) : error;
      });
    }
  })();
}

const before = async (store: MutantStore) => {
  const reason = new Error("the caller's own reason");
  await store.putSecret("demo/key", "value");
  const read = () => store.getSecret("demo/key", { signal: AbortSignal.abort(reason) });
  return (await thrownBy(read)) === reason;
};

const during = async (store: MutantStore) => {
  const controller = new AbortController();
  const reason = new Error("the caller's own reason");
  await store.putSecret("demo/key", "value");
  const read = store.getSecret("demo/key", { signal: controller.signal });
  controller.abort(reason);
  return (await thrownBy(() => read)) === reason;
};

export const cancelMutants: readonly BlindMutant[] = [
  {
    name: "a read does not look at its signal",
    create: () =>
      new (class extends AroundMemory {
        override getSecret(key: string, options?: GetSecretOptions) {
          return super.getSecret(key, withoutSignal(options));
        }
      })(),
    keepsPromise: before,
  },
  {
    name: "a read looks at its signal before it starts and no more",
    create: () =>
      new (class extends AroundMemory {
        override async getSecret(key: string, options?: GetSecretOptions) {
          if (options?.signal instanceof AbortSignal) options.signal.throwIfAborted();
          return super.getSecret(key, withoutSignal(options));
        }
      })(),
    keepsPromise: during,
  },
  {
    name: "a cancelled read rejects with an AbortError of its own",
    create: () => cancelling(() => new DOMException("The operation was aborted.", "AbortError")),
    keepsPromise: before,
  },
  {
    name: "a cancelled read rejects with BACKEND_UNAVAILABLE, as a timeout does",
    create: () => cancelling(() => new SecretError("BACKEND_UNAVAILABLE")),
    keepsPromise: before,
  },
  {
    name: "a cancelled read resolves to nothing",
    create: () =>
      new (class extends AroundMemory {
        override getSecret(key: string, options?: GetSecretOptions) {
          return super.getSecret(key, options).catch((error: unknown) => {
            if (options?.signal?.aborted) return undefined as never;
            throw error;
          });
        }
      })(),
    keepsPromise: before,
  },
  {
    name: "a put does not look at its signal, and writes",
    create: () =>
      new (class extends AroundMemory {
        override putSecret(key: string, value: SecretInput, options?: PutSecretOptions) {
          return super.putSecret(key, value, withoutSignal(options));
        }
      })(),
    keepsPromise: async (store) => {
      const signal = AbortSignal.abort();
      await thrownBy(() => store.putSecret("demo/key", "value", { signal }));
      return (await codeOf(() => store.getSecret("demo/key"))) === "NOT_FOUND";
    },
  },
  {
    name: "a put that was cancelled before it started writes and then rejects",
    create: () =>
      new (class extends AroundMemory {
        override async putSecret(key: string, value: SecretInput, options?: PutSecretOptions) {
          const written = await super.putSecret(key, value, withoutSignal(options));
          if (options?.signal instanceof AbortSignal) options.signal.throwIfAborted();
          return written;
        }
      })(),
    keepsPromise: async (store) => {
      const signal = AbortSignal.abort();
      await thrownBy(() => store.putSecret("demo/key", "value", { signal }));
      return (await codeOf(() => store.getSecret("demo/key"))) === "NOT_FOUND";
    },
  },
  {
    name: "a health check does not look at its signal",
    create: () =>
      new (class extends AroundMemory {
        override healthCheck(options?: OperationOptions) {
          return super.healthCheck(withoutSignal(options));
        }
      })(),
    keepsPromise: async (store) => {
      const signal = AbortSignal.abort();
      return (await thrownBy(() => store.healthCheck({ signal }))) === signal.reason;
    },
  },
];
