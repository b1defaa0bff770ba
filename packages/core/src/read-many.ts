import { toSecretError } from "./audited-call.js";
import { checkKey, type KeySyntax } from "./key-syntax.js";
import { type Secret, type SecretData, toSecret } from "./secret.js";
import { SecretError } from "./secret-error.js";
import type { SecretsResult } from "./secret-store.js";
import type { ReadManyResult } from "./secret-store-hooks.js";

/** Single reads that run side by side when the store has no batch request. */
const concurrentReads = 10;

export interface ManyReader {
  readonly name: string;
  readonly keySyntax: KeySyntax;
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
  const outcomes = new Map<string, Secret | SecretError>();
  const valid: string[] = [];
  for (const key of new Set(keys)) {
    const fault = faultOf(key, reader);
    outcomes.set(key, fault ?? absent(key, reader)); // takes its place in the order now
    if (!fault) valid.push(key);
  }
  const batches = chunk(valid, reader.batchSize);
  const workers = Array.from({ length: concurrentReads }, async () => {
    for (let batch = batches.shift(); batch; batch = batches.shift()) {
      for (const [key, outcome] of await readBatch(batch, reader)) outcomes.set(key, outcome);
    }
  });
  await Promise.all(workers);
  return split(outcomes);
}

async function readBatch(
  batch: readonly string[],
  reader: ManyReader,
): Promise<Map<string, Secret | SecretError>> {
  const { name: store } = reader;
  let found: ReadManyResult;
  try {
    found = await reader.readBatch(batch);
  } catch (error) {
    return new Map(batch.map((key) => [key, toSecretError(error, { key, store })]));
  }
  return new Map(batch.map((key) => [key, outcomeOf(key, found.get(key), reader)]));
}

function outcomeOf(
  key: string,
  data: SecretData | SecretError | undefined,
  reader: ManyReader,
): Secret | SecretError {
  const { name: store } = reader;
  if (data === undefined) return absent(key, reader);
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

function absent(key: string, { name: store }: ManyReader): SecretError {
  return new SecretError("NOT_FOUND", { key, store, reason: "absent" });
}

function chunk(keys: readonly string[], size: number): string[][] {
  const count = Math.ceil(keys.length / size);
  return Array.from({ length: count }, (_, index) => keys.slice(index * size, (index + 1) * size));
}

function split(outcomes: ReadonlyMap<string, Secret | SecretError>): SecretsResult {
  const secrets = new Map<string, Secret>();
  const errors = new Map<string, SecretError>();
  for (const [key, outcome] of outcomes) {
    if (SecretError.isInstance(outcome)) errors.set(key, outcome);
    else secrets.set(key, outcome);
  }
  return Object.freeze({ secrets, errors });
}
