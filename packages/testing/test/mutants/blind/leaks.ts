import { inspect } from "node:util";
import {
  type AuditEvent,
  type AuditedCall,
  auditedCall,
  type GetSecretOptions,
  type OperationOptions,
  onAudit,
  onWarning,
  type PutSecretOptions,
  publishWarning,
  type RotateContext,
  type Secret,
  type SecretDescriptionData,
  SecretError,
  type SecretInput,
  type SecretValue,
  secretValue,
  type WriteContext,
} from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "../../../src/memory-secret-store.js";
import { AroundMemory, type BlindMutant, type MutantStore, thrownBy } from "./mutant.js";

const canary = "hunter2-CANARY";

/** Whether the canary shows when somebody prints what came. */
function hides(subject: unknown): boolean {
  const shown = inspect(subject, { depth: 20, showHidden: true, getters: true });
  const message = subject instanceof Error ? `${subject.message} ${subject.stack}` : "";
  return !`${shown} ${message} ${JSON.stringify(subject)}`.includes(canary);
}

/** A store whose failed writes say too much. */
function failingWrites(enrich: (error: SecretError, text: string) => SecretError): MutantStore {
  return new (class extends MemorySecretStore {
    protected override async write(key: string, value: SecretValue, context: WriteContext) {
      return super.write(key, value, context).catch((error: unknown) => {
        const text = Buffer.from(value.exposeBytes()).toString("utf8");
        if (!SecretError.isInstance(error)) throw error;
        // With key and store, so that nobody makes another error of it on the way out.
        throw enrich(SecretError.rewrite(error, { key, store: this.name }), text);
      });
    }
  })();
}

async function conflictHides(store: MutantStore): Promise<boolean> {
  await store.putSecret("demo/key", "one");
  return hides(
    await thrownBy(() => store.putSecret("demo/key", canary, { expectedVersion: null })),
  );
}

async function outageHides(store: MutantStore): Promise<boolean> {
  store.simulate("BACKEND_UNAVAILABLE");
  return hides(await thrownBy(() => store.putSecret("demo/key", canary)));
}

async function eventsOf(work: () => Promise<unknown>): Promise<readonly AuditEvent[]> {
  const events: AuditEvent[] = [];
  const stop = onAudit((event) => void events.push(event));
  await work().finally(stop);
  return events;
}

export const leakMutants: readonly BlindMutant[] = [
  {
    name: "the message of a conflict quotes the value that was to be written",
    create: () =>
      failingWrites((error, text) =>
        error.code === "CONFLICT"
          ? new SecretError("CONFLICT", { key: error.key, detail: `cannot write ${text}` })
          : error,
      ),
    keepsPromise: conflictHides,
  },
  {
    name: "an error of a server that is down carries the request, with its body in base64",
    create: () =>
      failingWrites((error, text) =>
        error.code === "BACKEND_UNAVAILABLE"
          ? Object.assign(error, { body: Buffer.from(text).toString("base64") })
          : error,
      ),
    keepsPromise: async (store) => {
      store.simulate("BACKEND_UNAVAILABLE");
      const error = await thrownBy(() => store.putSecret("demo/key", canary));
      return !inspect(error).includes(Buffer.from(canary).toString("base64"));
    },
  },
  {
    name: "the cause of a server that is down is the request that failed",
    create: () =>
      failingWrites((error, text) =>
        error.code === "BACKEND_UNAVAILABLE"
          ? Object.defineProperty(error, "cause", {
              value: Object.assign(new Error("socket hang up"), { config: { data: text } }),
            })
          : error,
      ),
    keepsPromise: outageHides,
  },
  {
    name: "a hidden property of an error holds the value",
    create: () =>
      failingWrites((error, text) => Object.defineProperty(error, "request", { value: { text } })),
    keepsPromise: outageHides,
  },
  {
    name: "the stack of an error quotes the value",
    create: () =>
      failingWrites((error, text) =>
        Object.assign(error, { stack: `${error.stack}\n    at put (${text})` }),
      ),
    keepsPromise: conflictHides,
  },
  {
    name: "an error about a field quotes the text that is not JSON",
    create: () =>
      new (class extends AroundMemory {
        override getSecret(key: string, options?: GetSecretOptions) {
          return super.getSecret(key, options).catch(async (error: unknown) => {
            if (!SecretError.isInstance(error) || error.reason !== "not-an-object") throw error;
            const { value } = await super.getSecret(key);
            throw new SecretError("INVALID_SECRET", {
              key,
              reason: "not-an-object",
              detail: `Unexpected token in ${value.expose().slice(0, 40)}`,
            });
          });
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", canary);
      return hides(await thrownBy(() => store.getSecret("demo/key", { field: "password" })));
    },
  },
  {
    name: "an error about a missing field lists the fields with their values",
    create: () =>
      new (class extends AroundMemory {
        override getSecret(key: string, options?: GetSecretOptions) {
          return super.getSecret(key, options).catch(async (error: unknown) => {
            if (!SecretError.isInstance(error) || error.reason !== "missing-field") throw error;
            const { value } = await super.getSecret(key);
            throw new SecretError("INVALID_SECRET", {
              key,
              reason: "missing-field",
              detail: `not one of ${value.expose()}`,
            });
          });
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", JSON.stringify({ user: canary }));
      return hides(await thrownBy(() => store.getSecret("demo/key", { field: "password" })));
    },
  },
  {
    name: "an error about a key that is not accepted quotes it, though it may be a value",
    create: () =>
      new (class extends AroundMemory {
        override getSecret(key: string, options?: GetSecretOptions) {
          return super.getSecret(key, options).catch((error: unknown) => {
            if (!SecretError.isInstance(error) || error.code !== "INVALID_KEY") throw error;
            throw new SecretError("INVALID_KEY", { detail: `"${key}" is not a key` });
          });
        }
      })(),
    keepsPromise: async (store) =>
      hides(await thrownBy(() => store.getSecret(`{"password":"${canary}"}`))),
  },
  {
    name: "an audit event of a call with a bad key holds that key, though it may be a value",
    create: () =>
      new (class extends AroundMemory {
        override async getSecret(key: string, options?: GetSecretOptions) {
          if (!/[{"\s]/.test(key)) return super.getSecret(key, options);
          const call = { operation: "getSecret", store: this.name, key } as const;
          return auditedCall(call, async (): Promise<Secret> => {
            throw new SecretError("CONFIGURATION");
          });
        }
      })(),
    keepsPromise: async (store) => {
      const read = () => thrownBy(() => store.getSecret(`{"password":"${canary}"}`));
      return hides(await eventsOf(read));
    },
  },
  {
    name: "the audit event of a put holds the value",
    create: () =>
      new (class extends MemorySecretStore {
        #closed = false;

        override putSecret(key: string, value: SecretInput, options: PutSecretOptions = {}) {
          const isPlain = options.field === undefined && typeof value === "string" && value !== "";
          if (!isPlain || this.#closed || !/^[\w/-]+$/.test(String(key))) {
            return super.putSecret(key, value, options);
          }
          const call: AuditedCall = {
            ...{ operation: "putSecret" as const, store: this.name, key, options },
            keys: () => [value],
          };
          return auditedCall(call, async (context): Promise<Secret> => {
            const boxed = secretValue(value);
            const written = await this.write(key, boxed, { ...options, ...context });
            const rest = { labels: [], stale: false, store: this.name };
            const { version = "", createdAt = "" } = written;
            return Object.freeze({ version, createdAt, key, value: boxed, ...rest });
          });
        }

        protected override async release(): Promise<void> {
          this.#closed = true;
        }
      })(),
    keepsPromise: async (store) => hides(await eventsOf(() => store.putSecret("demo/key", canary))),
  },
  {
    name: "a description holds the value",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async describe(key: string): Promise<SecretDescriptionData | undefined> {
          const data = await super.describe(key);
          const current = await this.read(key).catch(() => undefined);
          if (!data || !current) return data;
          const text = Buffer.from(secretValue(current.value).exposeBytes()).toString("utf8");
          return Object.assign(data, { SecretString: text });
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", canary);
      return hides(await store.describeSecret("demo/key"));
    },
  },
  {
    name: "an error of a rotation repeats what verify said, and that quotes the candidate",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async rotate(key: string, context: RotateContext) {
          let said = "";
          const { verify } = context;
          const listening: RotateContext["verify"] = async (candidate, options) => {
            try {
              return await verify?.(candidate, options);
            } catch (error) {
              said = (error as Error).message;
              throw error;
            }
          };
          return super
            .rotate(key, { ...context, verify: verify && listening })
            .catch((error: unknown) => {
              if (said === "") throw error;
              throw new SecretError("INVALID_SECRET", {
                ...{ key, reason: "verify-failed", detail: said },
              });
            });
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", "one");
      const verify = (candidate: SecretValue) => {
        throw new Error(`401 for ${candidate.expose()}`);
      };
      const rotate = () => store.rotateSecret("demo/key", { generate: () => canary, verify });
      return hides(await thrownBy(rotate));
    },
  },
  {
    name: "a warning quotes the value that was put",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async write(key: string, value: SecretValue, context: WriteContext) {
          const text = Buffer.from(value.exposeBytes()).toString("utf8").slice(0, 100);
          publishWarning({ code: "WEAK_SECRET", message: `The secret ${text} looks weak.` });
          return super.write(key, value, context);
        }
      })(),
    keepsPromise: async (store) => {
      const warnings: unknown[] = [];
      const stop = onWarning((warning) => void warnings.push(warning));
      await store.putSecret("demo/key", canary);
      stop();
      return hides(warnings);
    },
  },
  {
    name: "the store itself shows the value it read last",
    create: () =>
      new (class extends MemorySecretStore {
        lastResponse: unknown;

        protected override async read(key: string) {
          const data = await super.read(key);
          if (data) {
            const text = Buffer.from(secretValue(data.value).exposeBytes()).toString("utf8");
            this.lastResponse = { status: 200, body: text.slice(0, 200) };
          }
          return data;
        }
      })(),
    keepsPromise: async (store) => {
      await store.putSecret("demo/key", canary);
      await store.getSecret("demo/key");
      return hides(store);
    },
  },
  {
    name: "a health report holds the error of the client, with the token it sent",
    create: () =>
      new (class extends AroundMemory {
        override async healthCheck(options?: OperationOptions) {
          const report = await super.healthCheck(options);
          if (report.ok) return report;
          const config = { headers: { "X-Vault-Token": canary } };
          return Object.freeze({ ...report, cause: Object.assign(new Error("503"), { config }) });
        }
      })(),
    keepsPromise: async (store) => {
      store.simulate("BACKEND_UNAVAILABLE");
      return hides(await store.healthCheck());
    },
  },
];
