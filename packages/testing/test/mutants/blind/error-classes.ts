import {
  type GetSecretOptions,
  SecretError,
  type SecretErrorCode,
  type SecretErrorOptions,
} from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "../../../src/memory-secret-store.js";
import { AroundMemory, type BlindMutant, codeOf, type MutantStore, thrownBy } from "./mutant.js";

/** A store that reports one kind of failed read as something else. */
function blurring(code: SecretErrorCode, instead: (error: SecretError) => unknown): MutantStore {
  return new (class extends AroundMemory {
    override getSecret(key: string, options?: GetSecretOptions) {
      return super.getSecret(key, options).catch((error: unknown) => {
        throw SecretError.isInstance(error) && error.code === code ? instead(error) : error;
      });
    }
  })();
}

function as(code: SecretErrorCode, options?: SecretErrorOptions) {
  return ({ key, store }: SecretError) => new SecretError(code, { key, store, ...options });
}

function told(fault: SecretErrorCode) {
  return async (store: MutantStore) => {
    store.simulate(fault);
    return (await codeOf(() => store.getSecret("demo/key"))) === fault;
  };
}

async function failedRead(store: MutantStore, fault?: SecretErrorCode): Promise<SecretError> {
  store.simulate(fault);
  return (await thrownBy(() => store.getSecret("demo/key"))) as SecretError;
}

export const errorClassMutants: readonly BlindMutant[] = [
  {
    name: "a denied read is NOT_FOUND",
    create: () => blurring("PERMISSION_DENIED", as("NOT_FOUND")),
    keepsPromise: told("PERMISSION_DENIED"),
  },
  {
    name: "a denied read by version is NOT_FOUND, though not one of the current version",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async readVersion(key: string, version: string) {
          return super.readVersion(key, version).catch((error: unknown) => {
            if (!SecretError.isInstance(error) || error.code !== "PERMISSION_DENIED") throw error;
            return undefined;
          });
        }
      })(),
    keepsPromise: async (store) => {
      store.simulate("PERMISSION_DENIED");
      const read = () => store.getSecretVersion("demo/key", "1");
      return (await codeOf(read)) === "PERMISSION_DENIED";
    },
  },
  {
    name: "a denied description is NOT_FOUND",
    create: () =>
      new (class extends MemorySecretStore {
        protected override async describe(key: string) {
          return super.describe(key).catch((error: unknown) => {
            if (!SecretError.isInstance(error) || error.code !== "PERMISSION_DENIED") throw error;
            return undefined;
          });
        }
      })(),
    keepsPromise: async (store) => {
      store.simulate("PERMISSION_DENIED");
      return (await codeOf(() => store.describeSecret("demo/key"))) === "PERMISSION_DENIED";
    },
  },
  {
    name: "a read from a server that is down is NOT_FOUND",
    create: () => blurring("BACKEND_UNAVAILABLE", as("NOT_FOUND")),
    keepsPromise: told("BACKEND_UNAVAILABLE"),
  },
  {
    name: "a read from a server that is down is UNKNOWN",
    create: () => blurring("BACKEND_UNAVAILABLE", as("UNKNOWN")),
    keepsPromise: told("BACKEND_UNAVAILABLE"),
  },
  {
    name: "a throttled read is BACKEND_UNAVAILABLE",
    create: () => blurring("THROTTLED", as("BACKEND_UNAVAILABLE")),
    keepsPromise: told("THROTTLED"),
  },
  {
    name: "a read with a refused credential is PERMISSION_DENIED",
    create: () => blurring("AUTHENTICATION_FAILED", as("PERMISSION_DENIED")),
    keepsPromise: told("AUTHENTICATION_FAILED"),
  },
  {
    name: "a misconfigured read is UNKNOWN",
    create: () => blurring("CONFIGURATION", as("UNKNOWN")),
    keepsPromise: told("CONFIGURATION"),
  },
  {
    name: "an absent key is PERMISSION_DENIED",
    create: () => blurring("NOT_FOUND", as("PERMISSION_DENIED")),
    keepsPromise: async (store) =>
      (await codeOf(() => store.getSecret("demo/absent"))) === "NOT_FOUND",
  },
  {
    name: "an absent key resolves to undefined",
    create: () =>
      new (class extends AroundMemory {
        override async getSecret(key: string, options?: GetSecretOptions) {
          return super.getSecret(key, options).catch((error: unknown) => {
            if (!SecretError.isInstance(error) || error.code !== "NOT_FOUND") throw error;
            return undefined as never;
          });
        }
      })(),
    keepsPromise: async (store) =>
      (await codeOf(() => store.getSecret("demo/absent"))) === "NOT_FOUND",
  },
  {
    name: "a server that is down comes as the error of the client library",
    create: () =>
      blurring("BACKEND_UNAVAILABLE", () =>
        Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:8200"), { code: "ECONNREFUSED" }),
      ),
    keepsPromise: told("BACKEND_UNAVAILABLE"),
  },
  {
    name: "a denied read comes as the error of the client library",
    create: () =>
      blurring("PERMISSION_DENIED", () =>
        Object.assign(new Error("Status 403"), { response: { statusCode: 403 } }),
      ),
    keepsPromise: told("PERMISSION_DENIED"),
  },
  {
    name: "an error has the code and the message of ours and is none",
    create: () =>
      blurring("NOT_FOUND", ({ code, message }) => Object.assign(new Error(message), { code })),
    keepsPromise: async (store) => SecretError.isInstance(await failedRead(store)),
  },
  {
    name: "a server that is down is said not to be worth another try",
    create: () => blurring("BACKEND_UNAVAILABLE", as("BACKEND_UNAVAILABLE", { retryable: false })),
    keepsPromise: async (store) => (await failedRead(store, "BACKEND_UNAVAILABLE")).retryable,
  },
  {
    name: "a denied read is said to be worth another try",
    create: () => blurring("PERMISSION_DENIED", as("PERMISSION_DENIED", { retryable: true })),
    keepsPromise: async (store) => !(await failedRead(store, "PERMISSION_DENIED")).retryable,
  },
  {
    name: "an error does not say which key it is about",
    create: () => blurring("NOT_FOUND", ({ store }) => new SecretError("NOT_FOUND", { store })),
    keepsPromise: async (store) => (await failedRead(store)).key === "demo/key",
  },
  {
    name: "an error names the path on the server in place of the key",
    create: () =>
      blurring("NOT_FOUND", (error) =>
        SecretError.rewrite(error, { key: `secret/data/${error.key}` }),
      ),
    keepsPromise: async (store) => (await failedRead(store)).key === "demo/key",
  },
  {
    name: "an error does not say which store it is from",
    create: () => blurring("NOT_FOUND", ({ key }) => new SecretError("NOT_FOUND", { key })),
    keepsPromise: async (store) => (await failedRead(store)).store === store.name,
  },
];
