import {
  type OperationContext,
  type ReadManyResult,
  type SecretData,
  SecretError,
} from "@llm-orchestrator/secrets-core";
import { toItemError } from "./error-map.js";
import type { Output } from "./operations.js";
import type { RegionConnection } from "./region-connection.js";
import type { RegionReads } from "./region-reads.js";
import { inRegion, regionOf } from "./secret-name.js";
import { type SecretReader, toData, withRegion } from "./secret-reader.js";
import type { SeenVersions } from "./seen-versions.js";

/** For how long a batch that was denied is not asked for again: policies take minutes to change. */
const deniedForMs = 300_000;
type Results = Map<string, SecretData | SecretError | undefined>;
type Entry = NonNullable<Output<"BatchGetSecretValue">["SecretValues"]>[number];

/** Reads up to 20 secrets with one request; one by one where that is denied or throttled. */
export class BatchReader {
  readonly #regions: RegionReads;
  readonly #seen: SeenVersions;
  readonly #reader: SecretReader;
  #deniedAt = Number.NEGATIVE_INFINITY;

  constructor(regions: RegionReads, seen: SeenVersions, reader: SecretReader) {
    this.#regions = regions;
    this.#seen = seen;
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
    const first = keys[0] ?? "";
    const refuse = () => undefined; // key by key, below
    const { result, region, primaryError } = await this.#regions.read(
      first,
      context,
      (connection, name, timed) => askTogether(connection, keys, name, timed),
      refuse,
    );
    const isOfReplica = region !== undefined && !this.#regions.isPrimary(region);
    for (const [key, found] of result) {
      const refusal = isOfReplica ? this.#refuse(key, found, primaryError) : undefined;
      const isData = found !== undefined && !SecretError.isInstance(found);
      if (!isOfReplica && region !== undefined && isData) this.#seen.note(key, found.createdAt);
      results.set(key, refusal ?? (isData ? withRegion(found, region) : found));
    }
    // Of what the answer does not speak, nothing is known.
    const unknown = keys.filter((key) => !results.has(key));
    await this.#readSingly(unknown, results, context);
  }

  /** Of what a replica does not have, the primary would have to say whether it is there. */
  #refuse(
    key: string,
    found: SecretData | SecretError | undefined,
    primaryError = new SecretError("BACKEND_UNAVAILABLE"),
  ): SecretError | undefined {
    if (found === undefined || SecretError.isInstance(found)) return primaryError;
    return this.#seen.refuse(key, found.createdAt);
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

async function askTogether(
  connection: RegionConnection,
  keys: readonly string[],
  region: string | undefined,
  context: OperationContext,
): Promise<Results> {
  const results: Results = new Map();
  const ids = new Map(keys.map((key) => [region === undefined ? key : inRegion(key, region), key]));
  for (let token: string | undefined, isFirst = true; isFirst || token; isFirst = false) {
    const input = {
      SecretIdList: [...ids.keys()],
      ...(token !== undefined && { NextToken: token }),
    };
    const answer = await connection.send("BatchGetSecretValue", input, context);
    for (const entry of answer.SecretValues ?? []) {
      for (const [id, key] of ids) if (isOf(entry, id)) results.set(key, toData(entry));
    }
    for (const { SecretId = "", ErrorCode, Message } of answer.Errors ?? []) {
      const error = toItemError(ErrorCode, Message);
      const key = ids.get(SecretId);
      if (key !== undefined) results.set(key, error.reason === "absent" ? undefined : error);
    }
    token = answer.NextToken;
  }
  return results;
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
