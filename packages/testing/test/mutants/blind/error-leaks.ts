import { inspect } from "node:util";
import {
  type GetSecretOptions,
  SecretError,
  type SecretValue,
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

export const errorLeakMutants: readonly BlindMutant[] = [
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
              ...{ key, store: this.name },
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
              ...{ key, store: this.name },
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
            const detail = `"${key}" is not a key`;
            throw new SecretError("INVALID_KEY", { store: this.name, detail });
          });
        }
      })(),
    keepsPromise: async (store) =>
      hides(await thrownBy(() => store.getSecret(`{"password":"${canary}"}`))),
  },
];
