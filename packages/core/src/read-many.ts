import type { SecretAbortSignal } from "./abort.js";
import { toSecretError } from "./audited-call.js";
import { checkKey, type KeySyntax } from "./key-syntax.js";
import { type Secret, type SecretData, toSecret } from "./secret.js";
import { SecretError } from "./secret-error.js";
import type { SecretsResult } from "./secret-store.js";
import type { ReadManyResult } from "./secret-store-hooks.js";

/** Single reads that run side by side when the store has no batch request. */
const concurrentReads = 10;

/** `undefined` until the key has been asked for: unknown is never "not found". */
type Outcomes = Map<string, Secret | SecretError | undefined>;

export interface ManyReader {
  readonly name: string;
  readonly keySyntax: KeySyntax;
  readonly signal: SecretAbortSignal | undefined;
  /** Keys in one request. */
  readonly batchSize: number;
  /** One request; a whole-request failure is thrown. */
  readBatch(keys: readonly string[]): Promise<ReadManyResult>;
}

/** Reads every key that the store accepts; order is that of the keys, a repeated one counts once. */
export async function readMany(
  keys: readonly string[],
  reader: ManyReader,
): Promise<SecretsResult> {
  const outcomes: Outcomes = new Map();
  const valid: string[] = [];
  for (const key of new Set(keys)) {
    const fault = faultOf(key, reader);
    outcomes.set(key, fault); // takes its place in the order now
    if (!fault) valid.push(key);
  }
  const batches = chunk(valid, reader.batchSize);
  const workers = Array.from({ length: concurrentReads }, async () => {
    for (let batch = batches.shift(); batch && !reader.signal?.aborted; batch = batches.shift()) {
      for (const [key, outcome] of await readBatch(batch, reader)) outcomes.set(key, outcome);
    }
  });
  await Promise.all(workers);
  return split(outcomes, reader.name);
}

async function readBatch(
  batch: readonly string[],
  reader: ManyReader,
): Promise<Map<string, Secret | SecretError>> {
  const { name: store } = reader;
  try {
    const found = await reader.readBatch(batch);
    return new Map(batch.map((key) => [key, outcomeOf(key, found.get(key), reader)]));
  } catch (error) {
    return new Map(batch.map((key) => [key, toSecretError(error, { key, store })]));
  }
}

function outcomeOf(
  key: string,
  data: SecretData | SecretError | undefined,
  reader: ManyReader,
): Secret | SecretError {
  const { name: store } = reader;
  if (data === undefined) return new SecretError("NOT_FOUND", { key, store, reason: "absent" });
  if (SecretError.isInstance(data)) return toSecretError(data, { key, store });
  try {
    return toSecret(key, data, store);
  } catch (error) {
    return toSecretError(error, { key, store });
  }
}

function faultOf(key: string, { keySyntax, name: store }: ManyReader): SecretError | undefined {
  try {
    checkKey(key, keySyntax);
    return undefined;
  } catch (error) {
    return toSecretError(error, { store });
  }
}

function chunk(keys: readonly string[], size: number): string[][] {
  const count = Math.ceil(keys.length / size);
  return Array.from({ length: count }, (_, index) => keys.slice(index * size, (index + 1) * size));
}

function split(outcomes: Outcomes, store: string): SecretsResult {
  const secrets = new Map<string, Secret>();
  const errors = new Map<string, SecretError>();
  for (const [key, outcome] of outcomes) {
    if (outcome === undefined) errors.set(key, new SecretError("UNKNOWN", { key, store }));
    else if (SecretError.isInstance(outcome)) errors.set(key, outcome);
    else secrets.set(key, outcome);
  }
  return Object.freeze({ secrets, errors });
}
