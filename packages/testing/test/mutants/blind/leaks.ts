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
  publishAudit,
  publishWarning,
  type RotateContext,
  type Secret,
  SecretError,
  type SecretInput,
  type SecretValue,
  secretValue,
  type WriteContext,
} from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "../../../src/memory-secret-store.js";
import { AroundMemory, type BlindMutant, thrownBy } from "./mutant.js";

const canary = "hunter2-CANARY";

/** Whether the canary shows when somebody prints what came. */
function hides(subject: unknown): boolean {
  const shown = inspect(subject, { depth: 20, showHidden: true, getters: true });
  const message = subject instanceof Error ? `${subject.message} ${subject.stack}` : "";
  return !`${shown} ${message} ${JSON.stringify(subject)}`.includes(canary);
}

async function eventsOf(work: () => Promise<unknown>): Promise<readonly AuditEvent[]> {
  const events: AuditEvent[] = [];
  const stop = onAudit((event) => void events.push(event));
  await work().finally(stop);
  return events;
}

export const leakMutants: readonly BlindMutant[] = [
  {
    name: "an audit event of a call with a bad key holds that key, though it may be a value",
    create: () =>
      new (class extends AroundMemory {
        override async getSecret(key: string, options?: GetSecretOptions) {
          if (typeof key !== "string" || !/[{"\s]/.test(key)) return super.getSecret(key, options);
          publishAudit({
            ...{ operation: "getSecret", store: this.name, key, source: "backend" },
            ...{ startTime: Date.now(), durationMs: 0, attempts: 1 },
            ...{ outcome: "failure", code: "INVALID_KEY" },
          });
          throw new SecretError("INVALID_KEY", { store: this.name });
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
          const isPlain =
            Object.keys(options).length === 0 && typeof value === "string" && value !== "";
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
        override async describeSecret(key: string, options?: OperationOptions) {
          const description = await super.describeSecret(key, options);
          const current = await this.read(key).catch(() => undefined);
          const bytes = current && secretValue(current.value).exposeBytes();
          if (!bytes) return description;
          const SecretString = Buffer.from(bytes).toString("utf8");
          return Object.freeze({ ...description, SecretString });
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
