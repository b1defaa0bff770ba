import {
  type AuditEvent,
  checkKey,
  type GetSecretOptions,
  type GetSecretsOptions,
  type GetSecretVersionOptions,
  isKey,
  type OperationOptions,
  onAudit,
  type PutSecretOptions,
  publishAudit,
  type Secret,
  SecretError,
  type SecretInput,
} from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "../../../src/memory-secret-store.js";
import { AroundMemory, type BlindMutant, thrownBy } from "./mutant.js";

async function eventsOf(work: () => unknown): Promise<readonly AuditEvent[]> {
  const events: AuditEvent[] = [];
  const stop = onAudit((event) => void events.push(event));
  await thrownBy(work);
  stop();
  return events;
}

/** A store whose event of a call comes out otherwise. */
async function operations(work: () => unknown): Promise<string> {
  return (await eventsOf(work)).map(({ operation }) => operation).join();
}

/** Whether the call fails through its promise, and does not throw. */
async function rejects(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call().catch(() => {});
    return true;
  } catch {
    return false;
  }
}

export const auditMutants: readonly BlindMutant[] = [
  {
    name: "a read publishes two events",
    create: () =>
      new (class extends AroundMemory {
        override async getSecret(key: string, options?: GetSecretOptions) {
          const startTime = Date.now();
          const secret = await super.getSecret(key, options);
          publishAudit({
            ...{ operation: "getSecret", store: this.name, startTime, durationMs: 0, key },
            ...{ source: "backend", outcome: "success", attempts: 1 },
          });
          return secret;
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "value");
      return (await operations(() => store.getSecret("demo/key"))) === "getSecret";
    },
  },
  {
    name: "a put reads first, and publishes that too",
    create: () =>
      new (class extends AroundMemory {
        override async putSecret(key: string, value: SecretInput, options?: PutSecretOptions) {
          await super.getSecret(key).catch(() => {});
          return super.putSecret(key, value, options);
        }
      })(),
    keepsPromise: async (store) =>
      (await operations(() => store.putSecret("demo/key", "value"))) === "putSecret",
  },
  {
    name: "getSecrets publishes an event for each key",
    create: () =>
      new (class extends AroundMemory {
        override async getSecrets(keys: readonly string[], options?: GetSecretsOptions) {
          for (const key of new Set(Array.isArray(keys) ? keys : [])) {
            await super.getSecret(key).catch(() => {});
          }
          return super.getSecrets(keys, options);
        }
      })(),
    keepsPromise: async (store) =>
      (await operations(() => store.getSecrets(["demo/a", "demo/b"]))) === "getSecrets",
  },
  {
    name: "a read of the version current is published as a getSecret",
    create: () =>
      new (class extends AroundMemory {
        override getSecretVersion(key: string, version: string, options?: GetSecretVersionOptions) {
          if (version === "current") return super.getSecret(key, options);
          return super.getSecretVersion(key, version, options);
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "value");
      const read = () => store.getSecretVersion("demo/key", "current");
      return (await operations(read)) === "getSecretVersion";
    },
  },
  {
    name: "callers that ask for one key at the same time share a read and one event",
    create: () =>
      new (class extends AroundMemory {
        readonly #running = new Map<string, Promise<Secret>>();

        override getSecret(key: string, options?: GetSecretOptions) {
          if (options !== undefined) return super.getSecret(key, options);
          const running =
            this.#running.get(key) ?? super.getSecret(key).finally(() => this.#running.delete(key));
          this.#running.set(key, running);
          return running;
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "value");
      const twice = () => Promise.all([store.getSecret("demo/key"), store.getSecret("demo/key")]);
      return (await eventsOf(twice)).length === 2;
    },
  },
  {
    name: "the second failure of a key publishes nothing, since it is remembered",
    create: () =>
      new (class extends AroundMemory {
        readonly #absent = new Map<string, SecretError>();

        override async getSecret(key: string, options?: GetSecretOptions) {
          const remembered = options === undefined ? this.#absent.get(key) : undefined;
          if (remembered) throw remembered;
          return super.getSecret(key, options).catch((error: SecretError) => {
            if (error.code === "NOT_FOUND" && error.reason === "absent" && !options?.field) {
              this.#absent.set(key, error);
            }
            throw error;
          });
        }

        override putSecret(key: string, value: SecretInput, options?: PutSecretOptions) {
          this.#absent.delete(key);
          return super.putSecret(key, value, options);
        }
      })(),
    keepsPromise: async (store) => {
      await thrownBy(() => store.getSecret("demo/key"));
      return (await eventsOf(() => store.getSecret("demo/key"))).length === 1;
    },
  },
  {
    name: "a call that was refused before any request publishes nothing",
    create: () =>
      new (class extends AroundMemory {
        override async getSecret(key: string, options?: GetSecretOptions) {
          if (!isKey(key, this.keySyntax)) {
            throw new SecretError("INVALID_KEY", { store: this.name });
          }
          return super.getSecret(key, options);
        }
      })(),
    keepsPromise: async (store) => (await eventsOf(() => store.getSecret("//"))).length === 1,
  },
  {
    name: "describeSecret throws for a bad key and does not reject",
    create: () =>
      new (class extends AroundMemory {
        override describeSecret(key: string, options?: OperationOptions) {
          if (typeof key !== "string") throw new TypeError("key must be a string");
          return super.describeSecret(key, options);
        }
      })(),
    keepsPromise: async (store) => rejects(() => store.describeSecret(1 as unknown as string)),
  },
  {
    name: "getSecret throws for a bad key and does not reject",
    create: () =>
      new (class extends MemorySecretStore {
        override getSecret(key: string, options?: GetSecretOptions) {
          checkKey(key, this.keySyntax);
          return super.getSecret(key, options);
        }
      })(),
    keepsPromise: async (store) => rejects(() => store.getSecret("//")),
  },
  {
    name: "putSecret throws for an empty value and does not reject",
    create: () =>
      new (class extends MemorySecretStore {
        override putSecret(key: string, value: SecretInput, options?: PutSecretOptions) {
          if (value === "") throw new SecretError("INVALID_SECRET", { key, reason: "empty" });
          return super.putSecret(key, value, options);
        }
      })(),
    keepsPromise: async (store) => rejects(() => store.putSecret("demo/key", "")),
  },
];
