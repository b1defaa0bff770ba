import { type OperationContext, SecretError } from "@llm-orchestrator/secrets-core";
import type { AwsApi } from "./aws-api.js";
import { isRegion } from "./region-name.js";
import type { AwsReplicaRegion, AwsReplicationStatus } from "./replication-options.js";
import { inRegion } from "./secret-name.js";
import { toIsoTime } from "./secret-reader.js";

const states: Readonly<Record<string, AwsReplicationStatus["state"]>> = {
  InSync: "in-sync",
  InProgress: "in-progress",
  Failed: "failed",
};

/** Copies of secrets in other regions. */
export class Replication {
  readonly #api: AwsApi;

  constructor(api: AwsApi) {
    this.#api = api;
  }

  async replicate(
    key: string,
    regions: readonly (string | AwsReplicaRegion)[],
    context: OperationContext,
  ): Promise<readonly AwsReplicationStatus[]> {
    const AddReplicaRegions = checkRegions(regions).map(({ region, kmsKeyId }) => ({
      Region: region,
      ...(kmsKeyId !== undefined && { KmsKeyId: kmsKeyId }),
    }));
    const ForceOverwriteReplicaSecret = context.own?.overwrite === true;
    const input = { SecretId: key, AddReplicaRegions, ForceOverwriteReplicaSecret };
    const answer = await this.#api.send("ReplicateSecretToRegions", input, context);
    return (answer.ReplicationStatus ?? []).map(toStatus);
  }

  async status(key: string, context: OperationContext): Promise<readonly AwsReplicationStatus[]> {
    const found = await this.#api.send("DescribeSecret", { SecretId: key }, context);
    return (found.ReplicationStatus ?? []).map(toStatus);
  }

  async remove(
    key: string,
    regions: readonly string[],
    context: OperationContext,
  ): Promise<readonly AwsReplicationStatus[]> {
    const RemoveReplicaRegions = checkRegions(regions).map(({ region }) => region);
    const input = { SecretId: key, RemoveReplicaRegions };
    const answer = await this.#api.send("RemoveRegionsFromReplication", input, context);
    return (answer.ReplicationStatus ?? []).map(toStatus);
  }

  /** Sent to the replica's own region, as AWS wants it; an ARN names that region there. */
  async promote(key: string, region: string, context: OperationContext): Promise<void> {
    checkRegions([region]);
    const input = { SecretId: inRegion(key, region) };
    await this.#api.in(region).send("StopReplicationToReplica", input, context);
  }
}

interface RawStatus {
  readonly Region?: string | undefined;
  readonly Status?: string | undefined;
  readonly KmsKeyId?: string | undefined;
  readonly LastAccessedDate?: Date | undefined;
}

function toStatus({ Region, Status, KmsKeyId, LastAccessedDate }: RawStatus): AwsReplicationStatus {
  const lastAccessedAt = toIsoTime(LastAccessedDate);
  return Object.freeze({
    ...{ region: Region ?? "", state: states[Status ?? ""] ?? "unknown" },
    ...(KmsKeyId !== undefined && { kmsKeyId: KmsKeyId }),
    ...(lastAccessedAt !== undefined && { lastAccessedAt }),
  });
}

/** @throws SecretError `CONFIGURATION` before any request. */
function checkRegions(
  regions: readonly (string | AwsReplicaRegion)[],
): readonly AwsReplicaRegion[] {
  const list = Array.isArray(regions) ? (regions as typeof regions) : [];
  const all = list.map((each) => (typeof each === "string" ? { region: each } : each));
  const names = new Set(all.map((each) => each?.region));
  if (all.length > 0 && all.every(isReplicaRegion) && names.size === all.length) return all;
  throw new SecretError("CONFIGURATION", {
    ...{
      reason: "bad-argument",
      detail: "what was passed as regions are none, or one is there twice",
    },
    fix: 'Pass names such as ["us-west-2"], or [{ region: "us-west-2", kmsKeyId }]',
  });
}

function isReplicaRegion(given: AwsReplicaRegion | null): boolean {
  const { region, kmsKeyId, ...others } = given ?? { region: undefined };
  const isKey = kmsKeyId === undefined || (typeof kmsKeyId === "string" && kmsKeyId !== "");
  const isNamed = typeof region === "string" && isRegion(region);
  return isNamed && isKey && Object.keys(others).length === 0;
}
