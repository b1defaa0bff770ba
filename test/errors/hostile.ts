import {
  BaseSecretStore,
  type SecretData,
  type SecretStoreCapabilities,
} from "@llm-orchestrator/secrets-core";

/** Third parties' errors as they are met: the secret in the message, properties, causes, getters. */
export function hostileErrors(canary: string): readonly unknown[] {
  const named = Object.assign(new Error("named"), { name: `${canary}Error`, code: canary });
  const axios = Object.assign(new Error("Request failed with status code 403"), {
    config: { headers: { "X-Vault-Token": canary }, data: JSON.stringify({ value: canary }) },
    response: { status: 403, data: { errors: [canary] }, headers: { "set-cookie": [canary] } },
    status: canary,
    statusCode: canary,
  });
  const throwing = Object.defineProperties(new Error("getters"), {
    name: { get: () => canary },
    code: {
      get: () => {
        throw new Error(canary);
      },
    },
  });
  const stack = Object.assign(new Error("stack"), {
    stack: `Error: ${canary}\n    at x (${canary})`,
  });
  return [
    new Error(canary),
    new Error("outer", { cause: new Error("inner", { cause: canary }) }),
    new AggregateError([new Error(canary), canary], canary),
    new DOMException(canary, canary),
    ...[named, axios, throwing, stack],
    ...[canary, { value: canary }, [canary], Buffer.from(canary), Symbol(canary), () => canary],
    { name: "TypeError", code: `ERR_${canary}`, message: canary, toJSON: () => canary },
    { [Symbol.for("llm-orchestrator.secrets.SecretErrors")]: canary, toString: () => canary },
    new Proxy({}, { get: () => canary, has: () => false, ownKeys: () => [canary] }),
    Promise.resolve(canary),
  ];
}

const capabilities: SecretStoreCapabilities = {
  ...{ write: true, delete: true, restore: true, list: true, describe: true, versions: true },
  ...{ rotate: true, compareAndSet: true, metadata: true, maxBatchSize: 5 },
};

/** A backend of which every hook throws, or returns, what a careless one would. */
export class HostileStore extends BaseSecretStore {
  readonly #answer: () => never;

  /** @param answer Called by every hook; what it throws or returns is the hook's outcome. */
  constructor(answer: () => unknown) {
    super({ name: "hostile", capabilities });
    this.#answer = answer as () => never;
  }

  protected override async read(): Promise<SecretData> {
    return this.#answer();
  }
  protected override async readMany() {
    return this.#answer();
  }
  protected override async write() {
    return this.#answer();
  }
  protected override async remove() {
    return this.#answer();
  }
  protected override async recover() {
    return this.#answer();
  }
  protected override async describe() {
    return this.#answer();
  }
  protected override async *list(): AsyncGenerator<string> {
    yield this.#answer();
  }
  protected override async versions() {
    return this.#answer();
  }
  protected override async readVersion() {
    return this.#answer();
  }
  protected override async checkHealth() {
    return this.#answer();
  }
  protected override async release() {
    return this.#answer();
  }
}
