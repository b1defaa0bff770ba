import {
  type OperationContext,
  type ReadManyResult,
  type SecretData,
  SecretError,
} from "@llm-orchestrator/secrets-core";
import type { AwsApi } from "./aws-api.js";
import { toItemError } from "./error-map.js";
import type { Output } from "./operations.js";
import { regionOf } from "./secret-name.js";
import { type SecretReader, toData } from "./secret-reader.js";

/** For how long a batch that was denied is not asked for again: policies take minutes to change. */
const deniedForMs = 300_000;
type Results = Map<string, SecretData | SecretError | undefined>;
type Entry = NonNullable<Output<"BatchGetSecretValue">["SecretValues"]>[number];

/** Reads up to 20 secrets with one request; one by one where that is denied or throttled. */
export class BatchReader {
  readonly #api: AwsApi;
  readonly #reader: SecretReader;
  #deniedAt = Number.NEGATIVE_INFINITY;

  constructor(api: AwsApi, reader: SecretReader) {
    this.#api = api;
    this.#reader = reader;
  }

  async read(keys: readonly string[], context: OperationContext): Promise<ReadManyResult> {
    const results: Results = new Map();
    const groups = group(keys);
    await Promise.all(
      groups.map((keysOfRegion) => this.#readRegion(keysOfRegion, results, context)),
    );
    return results;
  }

  async #readRegion(keys: readonly string[], results: Results, context: OperationContext) {
    const isDenied = performance.now() - this.#deniedAt < deniedForMs;
    if (keys.length === 1 || isDenied) return this.#readSingly(keys, results, context);
    try {
      await this.#readTogether(keys, results, context);
    } catch (error) {
      if (!SecretError.isInstance(error)) throw error;
      if (error.code === "PERMISSION_DENIED") this.#deniedAt = performance.now();
      else if (error.code !== "THROTTLED") throw error;
      context.countRetry();
      await this.#readSingly(keys, results, context);
    }
  }

  async #readTogether(keys: readonly string[], results: Results, context: OperationContext) {
    const connection = this.#api.in(regionOf(keys[0] ?? ""));
    for (let token: string | undefined, isFirst = true; isFirst || token; isFirst = false) {
      const input = { SecretIdList: [...keys], ...(token !== undefined && { NextToken: token }) };
      const answer = await connection.send("BatchGetSecretValue", input, context);
      for (const entry of answer.SecretValues ?? []) {
        for (const key of keys.filter((asked) => isOf(entry, asked)))
          results.set(key, toData(entry));
      }
      for (const { SecretId = "", ErrorCode, Message } of answer.Errors ?? []) {
        const error = toItemError(ErrorCode, Message);
        results.set(SecretId, error.reason === "absent" ? undefined : error);
      }
      token = answer.NextToken;
    }
    // Of what the answer does not speak, nothing is known.
    await this.#readSingly(
      keys.filter((key) => !results.has(key)),
      results,
      context,
    );
  }

  async #readSingly(keys: readonly string[], results: Results, context: OperationContext) {
    await Promise.all(
      keys.map(async (key) => {
        try {
          results.set(key, await this.#reader.read(key, context));
        } catch (error) {
          if (!SecretError.isInstance(error)) throw error;
          results.set(key, error);
        }
      }),
    );
  }
}

/** Asked for by name, by ARN, or by an ARN without its random ending. */
function isOf({ Name, ARN = "" }: Entry, key: string): boolean {
  return key === Name || key === ARN || ARN.replace(/-[A-Za-z0-9]{6}$/, "") === key;
}

/** Names together, ARNs by their region. */
function group(keys: readonly string[]): readonly (readonly string[])[] {
  const groups = new Map<string | undefined, string[]>();
  for (const key of keys) {
    const region = regionOf(key);
    groups.set(region, [...(groups.get(region) ?? []), key]);
  }
  return [...groups.values()];
}
