import {
  type AuditEvent,
  checkKey,
  type GetSecretOptions,
  type GetSecretsOptions,
  type GetSecretVersionOptions,
  type HealthReport,
  type OperationContext,
  type OperationOptions,
  onAudit,
  type PutSecretOptions,
  publishAudit,
  type Secret,
  SecretError,
  type SecretInput,
  type SecretsResult,
  toArray,
} from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "../../../src/memory-secret-store.js";
import { AroundMemory, type BlindMutant, codeOf, type MutantStore, thrownBy } from "./mutant.js";

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

/** A store that reports its health otherwise. */
function reporting(change: (report: HealthReport) => unknown): MutantStore {
  return new (class extends AroundMemory {
    override async healthCheck(options?: OperationOptions) {
      return change(await super.healthCheck(options)) as HealthReport;
    }
  })();
}

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

async function closed(store: MutantStore): Promise<MutantStore> {
  await store.putSecret("demo/key", "value");
  await store.close();
  return store;
}

export const cancelMutants: readonly BlindMutant[] = [
  {
    name: "a read does not look at its signal",
    create: () =>
      new (class extends AroundMemory {
        override getSecret(key: string, options?: GetSecretOptions) {
          return super.getSecret(key, { ...options, signal: undefined });
        }
      })(),
    keepsPromise: before,
  },
  {
    name: "a read looks at its signal before it starts and no more",
    create: () =>
      new (class extends AroundMemory {
        override async getSecret(key: string, options?: GetSecretOptions) {
          options?.signal?.throwIfAborted();
          return super.getSecret(key, { ...options, signal: undefined });
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
          return super.putSecret(key, value, { ...options, signal: undefined });
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
          const written = await super.putSecret(key, value, { ...options, signal: undefined });
          options?.signal?.throwIfAborted();
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
        override healthCheck() {
          return super.healthCheck();
        }
      })(),
    keepsPromise: async (store) => {
      const signal = AbortSignal.abort();
      return (await thrownBy(() => store.healthCheck({ signal }))) === signal.reason;
    },
  },
];

export const closingMutants: readonly BlindMutant[] = [
  {
    name: "a store that was closed keeps answering",
    create: () =>
      new (class extends AroundMemory {
        override async close(): Promise<void> {}
      })(),
    keepsPromise: async (store) =>
      (await codeOf(async () => (await closed(store)).getSecret("demo/key"))) === "CLOSED",
  },
  {
    name: "a store that was closed says BACKEND_UNAVAILABLE",
    create: () =>
      new (class extends AroundMemory {
        override getSecret(key: string, options?: GetSecretOptions) {
          return super.getSecret(key, options).catch((error: unknown) => {
            const isClosed = SecretError.isInstance(error) && error.code === "CLOSED";
            throw isClosed ? new SecretError("BACKEND_UNAVAILABLE") : error;
          });
        }
      })(),
    keepsPromise: async (store) =>
      (await codeOf(async () => (await closed(store)).getSecret("demo/key"))) === "CLOSED",
  },
  {
    name: "a store that was closed lists nothing, and does not say why",
    create: () =>
      new (class extends AroundMemory {
        override async *listSecrets(prefix?: string, options?: OperationOptions) {
          try {
            yield* super.listSecrets(prefix, options);
          } catch (error) {
            if (!SecretError.isInstance(error) || error.code !== "CLOSED") throw error;
          }
        }
      })(),
    keepsPromise: async (store) =>
      (await codeOf(async () => toArray((await closed(store)).listSecrets()))) === "CLOSED",
  },
  {
    name: "getSecrets of a store that was closed resolves, with an error for each key",
    create: () =>
      new (class extends AroundMemory {
        override getSecrets(keys: readonly string[], options?: GetSecretsOptions) {
          return super.getSecrets(keys, options).catch((error: unknown): SecretsResult => {
            if (!SecretError.isInstance(error) || error.code !== "CLOSED") throw error;
            return { secrets: new Map(), errors: new Map(keys.map((key) => [key, error])) };
          });
        }
      })(),
    keepsPromise: async (store) =>
      (await codeOf(async () => (await closed(store)).getSecrets(["demo/key"]))) === "CLOSED",
  },
  {
    name: "closing twice rejects",
    create: () =>
      new (class extends AroundMemory {
        #closed = false;

        override async close(): Promise<void> {
          if (this.#closed) throw new SecretError("CLOSED");
          this.#closed = true;
          await super.close();
        }
      })(),
    keepsPromise: async (store) =>
      (await codeOf(async () => (await closed(store)).close())) === "no error",
  },
  {
    name: "await using does not close the store",
    create: () =>
      new (class extends AroundMemory {
        override async [Symbol.asyncDispose](): Promise<void> {}
      })(),
    keepsPromise: async (store) => {
      await store[Symbol.asyncDispose]();
      return (await codeOf(() => store.getSecret("demo/key"))) === "CLOSED";
    },
  },
  {
    name: "a store that was closed is open again after another close",
    create: () =>
      new (class extends AroundMemory {
        #open = true;

        override async close(): Promise<void> {
          this.#open = !this.#open;
        }

        override async getSecret(key: string, options?: GetSecretOptions) {
          if (!this.#open) throw new SecretError("CLOSED", { store: this.name });
          return super.getSecret(key, options);
        }
      })(),
    keepsPromise: async (store) => {
      const read = async () => {
        await (await closed(store)).close();
        return store.getSecret("demo/key");
      };
      return (await codeOf(read)) === "CLOSED";
    },
  },
];

export const healthMutants: readonly BlindMutant[] = [
  {
    name: "healthCheck rejects when the server is down",
    create: () =>
      reporting((report) => {
        if (report.error?.code === "BACKEND_UNAVAILABLE") throw report.error;
        return report;
      }),
    keepsPromise: async (store) => {
      store.simulate("BACKEND_UNAVAILABLE");
      return (await codeOf(() => store.healthCheck())) === "no error";
    },
  },
  {
    name: "healthCheck says ok when the server is down",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async checkHealth(context: OperationContext) {
          return super.checkHealth(context).catch(() => "ready");
        }
      })(),
    keepsPromise: async (store) => {
      store.simulate("BACKEND_UNAVAILABLE");
      return !(await store.healthCheck()).ok;
    },
  },
  {
    name: "healthCheck says ok when reads are denied, since the server is up",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async checkHealth(context: OperationContext) {
          return super.checkHealth(context).catch((error: unknown) => {
            if (SecretError.isInstance(error) && error.code === "PERMISSION_DENIED") return "ready";
            throw error;
          });
        }
      })(),
    keepsPromise: async (store) => {
      store.simulate("PERMISSION_DENIED");
      return !(await store.healthCheck()).ok;
    },
  },
  {
    name: "healthCheck says not ok since the key that it tries does not exist",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async checkHealth(context: OperationContext) {
          if (await this.read("health-check")) return super.checkHealth(context);
          throw new SecretError("CONFIGURATION", { detail: "health-check is absent" });
        }
      })(),
    keepsPromise: async (store) => (await store.healthCheck()).ok,
  },
  {
    name: "healthCheck calls whatever fails unavailable",
    create: () =>
      reporting((report) =>
        report.ok ? report : Object.freeze({ ...report, state: "unavailable" }),
      ),
    keepsPromise: async (store) => {
      store.simulate("AUTHENTICATION_FAILED");
      return (await store.healthCheck()).state === "unauthenticated";
    },
  },
  {
    name: "healthCheck does not say why",
    create: () => reporting(({ error, ...report }) => Object.freeze(report)),
    keepsPromise: async (store) => {
      store.simulate("BACKEND_UNAVAILABLE");
      return (await store.healthCheck()).error?.code === "BACKEND_UNAVAILABLE";
    },
  },
  {
    name: "healthCheck gives true or false",
    create: () => reporting(({ ok }) => ok),
    keepsPromise: async (store) => typeof (await store.healthCheck()) === "object",
  },
  {
    name: "healthCheck does not measure the latency",
    create: () => reporting(({ latencyMs, ...report }) => Object.freeze(report)),
    keepsPromise: async (store) => typeof (await store.healthCheck()).latencyMs === "number",
  },
  {
    name: "healthCheck of a store that was closed says ok",
    create: () =>
      reporting((report) =>
        report.state === "closed" ? { ok: true, state: "ready", latencyMs: 0 } : report,
      ),
    keepsPromise: async (store) => !(await (await closed(store)).healthCheck()).ok,
  },
  {
    name: "healthCheck of a store that was closed rejects",
    create: () =>
      reporting((report) => {
        if (report.state === "closed") throw report.error;
        return report;
      }),
    keepsPromise: async (store) =>
      (await codeOf(async () => (await closed(store)).healthCheck())) === "no error",
  },
];

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
          if (options) return super.getSecret(key, options);
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
          const remembered = options ? undefined : this.#absent.get(key);
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
          checkKey(key, this.keySyntax);
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

/** Whether the call fails through its promise, and does not throw. */
async function rejects(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call().catch(() => {});
    return true;
  } catch {
    return false;
  }
}
