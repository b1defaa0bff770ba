// An application that uses every package. Compiled without any ambient types, then run.
import { type NamedStoreOptions, SecretManagerBuilder } from "@llm-orchestrator/secrets-builder";
import {
  BaseSecretStore,
  onAudit,
  onWarning,
  requireSecrets,
  SecretError,
  type SecretStore,
} from "@llm-orchestrator/secrets-core";
import { EnvSecretStore, envBackend } from "@llm-orchestrator/secrets-env";
import {
  assertNoLeak,
  MemorySecretStore,
  secretStoreConformance,
} from "@llm-orchestrator/secrets-testing";

declare const console: { log(text: string): void };

const key = "openai/api_key";
const canary = "canary-6b0d5f1c94";
const environment = { OPENAI_API_KEY: canary };

class MapSecretStore extends BaseSecretStore {
  readonly #values = new Map([[key, canary]]);
  constructor() {
    super({ name: "map" });
  }
  set(name: string, value: string): void {
    this.#values.set(name, value);
  }
  protected override async read(name: string) {
    const value = this.#values.get(name);
    return value === undefined ? undefined : { value };
  }
}

async function read(store: SecretStore): Promise<string> {
  const { secret } = await requireSecrets(store, { secret: key });
  // @ts-expect-error A value is not text: with declarations that lost their types this would pass.
  const text: string = secret.value;
  await assertNoLeak({ secret, text }, [canary]);
  await store.close();
  return `${secret.store} ${secret.value.expose() === canary}`;
}

async function code(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
    return "none";
  } catch (error) {
    return SecretError.isInstance(error) ? error.code : "foreign";
  }
}

async function conformance(): Promise<string> {
  const cases: (() => Promise<void>)[] = [];
  secretStoreConformance({
    test: (_, body) => cases.push(body),
    create: () => new MapSecretStore(),
    seed: (name, value, store) => store.set(name, value),
    capabilities: {},
  });
  for (const body of cases) await body();
  return cases.length > 50 ? "passed" : "hardly ran";
}

async function main(): Promise<void> {
  const options: NamedStoreOptions["env"] = { environment };
  // @ts-expect-error The types of an installed optional peer are there.
  const wrong: NamedStoreOptions["env"] = { environment: "" };
  const operations: string[] = [];
  const stopAudit = onAudit(({ operation }) => operations.push(operation));
  const warnings = new Set<string>();
  const stopWarnings = onWarning((warning) => warnings.add(warning.code));
  const report = {
    env: await read(new EnvSecretStore(options)),
    memory: await read(MemorySecretStore.from({ [key]: canary })),
    map: await read(new MapSecretStore()),
    byName: await read(await new SecretManagerBuilder("env", options).build()),
    byObject: await read(await new SecretManagerBuilder(envBackend, options).readOnly().build()),
    wrong: await code(() => new SecretManagerBuilder("env", wrong).build()),
    absent: await code(() => new SecretManagerBuilder("aws").build()),
    audited: operations.join(),
    warned: [...warnings].join(), // by the leak probe, which converts whatever it gets
    conformance: await conformance(),
  };
  stopAudit();
  stopWarnings();
  console.log(JSON.stringify(report));
}

void main();
