import type { GetSecretOptions, Secret, SecretData } from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "../../../src/memory-secret-store.js";
import { AroundMemory, type BlindMutant, type MutantStore } from "./mutant.js";

/** A store whose reads hand out something else than a proper secret. */
function handing(change: (secret: Secret) => object): MutantStore {
  return new (class extends AroundMemory {
    override async getSecret(key: string, options?: GetSecretOptions): Promise<Secret> {
      return change(await super.getSecret(key, options)) as Secret;
    }
  })();
}

function reading(change: (data: SecretData) => object): MutantStore {
  return new (class extends MemorySecretStore {
    protected override async read(key: string): Promise<SecretData | undefined> {
      const data = await super.read(key);
      return data && (change(data) as SecretData);
    }
  })();
}

function holds(check: (secret: Secret, store: MutantStore) => boolean) {
  return async (store: MutantStore) => {
    await store.putSecret("demo/key", "hunter2", { tags: { team: "a" } });
    return check(await store.getSecret("demo/key"), store);
  };
}

const isoText = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

export const secretShapeMutants: readonly BlindMutant[] = [
  {
    name: "a secret is not frozen",
    create: () => handing((secret) => ({ ...secret })),
    keepsPromise: holds((secret) => Object.isFrozen(secret)),
  },
  {
    name: "the tags of a secret are not frozen",
    create: () => handing(({ tags, ...rest }) => Object.freeze({ ...rest, tags: { ...tags } })),
    keepsPromise: holds(({ tags }) => Object.isFrozen(tags)),
  },
  {
    name: "the labels of a secret are not frozen",
    create: () => handing((secret) => Object.freeze({ ...secret, labels: [] })),
    keepsPromise: holds(({ labels }) => Object.isFrozen(labels)),
  },
  {
    name: "a secret has no labels and no word on staleness",
    create: () => handing(({ labels, stale, ...rest }) => Object.freeze(rest)),
    keepsPromise: holds(({ labels, stale }) => Array.isArray(labels) && stale === false),
  },
  {
    name: "the value of a secret is the text itself",
    create: () => handing((secret) => Object.freeze({ ...secret, value: secret.value.expose() })),
    keepsPromise: holds(({ value }) => JSON.stringify(value) === '"[redacted]"'),
  },
  {
    name: "a secret carries the value once more, in the answer of the server",
    create: () =>
      handing((secret) =>
        Object.freeze({ ...secret, raw: Object.freeze({ data: secret.value.expose() }) }),
      ),
    keepsPromise: holds((secret) => !JSON.stringify(secret).includes("hunter2")),
  },
  {
    name: "createdAt of a secret is a Date",
    create: () =>
      handing((secret) =>
        Object.freeze({ ...secret, createdAt: Object.freeze(new Date(secret.createdAt ?? 0)) }),
      ),
    keepsPromise: holds(({ createdAt }) => typeof createdAt === "string"),
  },
  {
    name: "createdAt of a secret is a number of milliseconds in text",
    create: () =>
      reading((data) => ({ ...data, createdAt: String(Date.parse(data.createdAt ?? "")) })),
    keepsPromise: holds(({ createdAt }) => isoText.test(String(createdAt))),
  },
  {
    name: "the version of a secret is a number",
    create: () =>
      handing((secret) => Object.freeze({ ...secret, version: Number(secret.version) })),
    keepsPromise: holds(({ version }) => typeof version === "string"),
  },
  {
    name: "the key of a secret is its path on the server",
    create: () =>
      handing((secret) => Object.freeze({ ...secret, key: `secret/data/${secret.key}` })),
    keepsPromise: holds(({ key }) => key === "demo/key"),
  },
  {
    name: "the store of a secret is not the name of the store",
    create: () => handing((secret) => Object.freeze({ ...secret, store: "MemorySecretStore" })),
    keepsPromise: holds((secret, store) => secret.store === store.name),
  },
];
