import type { OperationContext, SecretData, SecretError } from "@llm-orchestrator/secrets-core";
import { toItemError } from "./error-map.js";
import type { Output } from "./operations.js";
import type { RegionConnection } from "./region-connection.js";
import { inRegion } from "./secret-name.js";
import { toData } from "./secret-reader.js";

/** What one region says of some keys; `undefined` is absent. Of a key that is missing it said nothing. */
export type BatchAnswer = ReadonlyMap<string, SecretData | SecretError | undefined>;

type Entry = NonNullable<Output<"BatchGetSecretValue">["SecretValues"]>[number];

/** @param region Where ARNs have to be rewritten to. */
export async function askTogether(
  connection: RegionConnection,
  keys: readonly string[],
  region: string | undefined,
  context: OperationContext,
): Promise<BatchAnswer> {
  const results = new Map<string, SecretData | SecretError | undefined>();
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
