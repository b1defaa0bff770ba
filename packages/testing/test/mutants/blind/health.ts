import {
  type HealthReport,
  type OperationContext,
  type OperationOptions,
  SecretError,
} from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "../../../src/memory-secret-store.js";
import { AroundMemory, type BlindMutant, codeOf, type MutantStore } from "./mutant.js";

/** A store that reports its health otherwise. */
function reporting(change: (report: HealthReport) => unknown): MutantStore {
  return new (class extends AroundMemory {
    override async healthCheck(options?: OperationOptions) {
      return change(await super.healthCheck(options)) as HealthReport;
    }
  })();
}

async function closed(store: MutantStore): Promise<MutantStore> {
  await store.putSecret("demo/key", "value");
  await store.close();
  return store;
}

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
        report.ok || report.state === "closed"
          ? report
          : Object.freeze({ ...report, state: "unavailable" }),
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
