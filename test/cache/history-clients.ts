import { type Secret, SecretError, type SecretStore } from "@llm-orchestrator/secrets-core";
import type { OpenBaoServer } from "secrets-tools/openbao";
import { History, type HistoryOperation, type ReadOperation } from "./history.ts";
import { randomNumbers } from "./random-numbers.ts";

/** What is put to the test: a store that can be told to let a key go. */
export type HistoryCache = SecretStore & { invalidate(key: string): void };

export interface Workload {
  readonly cache: HistoryCache;
  /** Where somebody else writes, past the cache. */
  readonly server: Pick<OpenBaoServer, "request">;
  readonly operationCount: number;
  readonly seed: number;
}

const clientCount = 16;
const keys = Array.from({ length: 16 }, (_, index) => `history/key-${index}`);

/** Of a hundred operations. */
const shares = {
  ...{ get: 74, fresh: 4, many: 4, put: 5, rotate: 3, external: 3 },
  ...{ delete: 1, restore: 3, invalidate: 3 },
} satisfies Record<HistoryOperation | "invalidate", number>;

/** Runs the clients side by side until all operations are done. */
export async function runClients(workload: Workload): Promise<History> {
  const history = new History();
  const writer = new Client(-1, workload, history);
  for (const key of keys) await writer.change("put", key);
  let left = workload.operationCount;
  const clients = Array.from({ length: clientCount }, async (_, index) => {
    const client = new Client(index, workload, history);
    while (left-- > 0) await client.step();
  });
  await Promise.all(clients);
  return history;
}

class Client {
  readonly #index: number;
  readonly #workload: Workload;
  readonly #history: History;
  readonly #random: () => number;
  #valueCount = 0;

  constructor(index: number, workload: Workload, history: History) {
    this.#index = index;
    this.#workload = workload;
    this.#history = history;
    this.#random = randomNumbers(workload.seed + index);
  }

  async step(): Promise<void> {
    const operation = this.#pickOperation();
    if (operation === "many") return this.#readMany();
    if (operation === "get" || operation === "fresh") {
      return this.#read(operation, this.#pickReadKey());
    }
    const key = this.#pickChangedKey();
    if (operation === "invalidate") return this.#workload.cache.invalidate(key);
    await this.change(operation, key);
    if (this.#random() < 0.5) await this.#read("get", key); // is it what I made of it?
  }

  async change(operation: Exclude<HistoryOperation, ReadOperation>, key: string): Promise<void> {
    const { cache } = this.#workload;
    const value = `${key} of ${this.#index}, ${this.#valueCount++}`;
    const changes = {
      put: async () => found(await cache.putSecret(key, value)),
      rotate: async () => found(await cache.rotateSecret(key, { generate: () => value })),
      external: () => this.#putPast(key, value),
      delete: () => cache.deleteSecret(key).then(() => undefined),
      restore: () => cache.restoreSecret(key).then(() => undefined),
    };
    // A deleted secret cannot be rotated, nor one that somebody else changes meanwhile.
    const mayFail = operation === "rotate" ? ["NOT_FOUND", "CONFLICT"] : [];
    await this.#record(operation, key, changes[operation], mayFail);
  }

  #read(operation: "get" | "fresh", key: string): Promise<void> {
    const { cache } = this.#workload;
    const options = operation === "fresh" ? { fresh: true } : undefined;
    const read = async () => found(await cache.getSecret(key, options));
    return this.#record(operation, key, read, ["NOT_FOUND"]);
  }

  async #readMany(): Promise<void> {
    const wanted = new Set([0, 1, 2, 3].map(() => this.#pickReadKey()));
    const calls = [...wanted].map((key) => this.#history.begin(this.#index, "many", key));
    const { secrets, errors } = await this.#workload.cache.getSecrets([...wanted]);
    for (const call of calls) {
      const secret = secrets.get(call.key);
      if (!secret && errors.get(call.key)?.code !== "NOT_FOUND") throw errors.get(call.key);
      this.#history.end(call, secret && found(secret));
    }
  }

  async #record(
    operation: HistoryOperation,
    key: string,
    work: () => Promise<ReturnType<typeof found> | undefined>,
    mayFail: readonly string[],
  ): Promise<void> {
    const call = this.#history.begin(this.#index, operation, key);
    try {
      this.#history.end(call, await work());
    } catch (error) {
      if (!SecretError.isInstance(error) || !mayFail.includes(error.code)) throw error;
      this.#history.end(call);
    }
  }

  async #putPast(key: string, value: string) {
    const { server } = this.#workload;
    const path = `secret/data/${key}`;
    const reply = await server.request<{ data: { version: number } }>("POST", path, {
      data: { value },
    });
    return { version: reply.body.data.version, value };
  }

  #pickOperation(): keyof typeof shares {
    let percent = this.#random() * 100;
    for (const [operation, share] of Object.entries(shares)) {
      percent -= share;
      if (percent < 0) return operation as keyof typeof shares;
    }
    return "get";
  }

  /** One key is read so seldom that it expires between two reads. */
  #pickReadKey(): string {
    const index = Math.floor(this.#random() * (this.#random() < 0.05 ? 16 : 15));
    return keys[index] as string;
  }

  /** Some keys change all the time, some live long enough to be refreshed. */
  #pickChangedKey(): string {
    const picked = this.#random();
    const [from, to] = picked < 0.8 ? [0, 4] : picked < 0.98 ? [4, 12] : [12, 16];
    return keys[from + Math.floor(this.#random() * (to - from))] as string;
  }
}

function found({ version, value }: Pick<Secret, "version" | "value">) {
  return { version: Number(version), value: value.expose() };
}
