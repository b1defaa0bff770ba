import { invalidParameter, invalidRequest } from "./api-error.ts";
import type { Region } from "./region.ts";
import { SecretRecord } from "./secret-record.ts";

export interface ReplicaRegion {
  readonly Region: string;
  readonly KmsKeyId?: string;
}

interface ReplicateInput {
  readonly SecretId: string;
  readonly AddReplicaRegions: readonly ReplicaRegion[];
  readonly ForceOverwriteReplicaSecret?: boolean;
}

export function replicateSecretToRegions(region: Region, input: ReplicateInput): object {
  const secret = region.own(input.SecretId);
  const isForced = input.ForceOverwriteReplicaSecret ?? false;
  const ReplicationStatus = replicate(region, secret, input.AddReplicaRegions, isForced);
  return { ARN: secret.arn, ReplicationStatus };
}

export function replicate(
  { name, account }: Region,
  secret: SecretRecord,
  added: readonly ReplicaRegion[],
  isForced: boolean,
): object[] {
  for (const { Region: other, KmsKeyId } of added) {
    if (other === name) throw invalidParameter("Invalid replica region.");
    const isTaken = account.region(other).secrets.has(secret.name) && !secret.replicas.has(other);
    const message = isTaken && !isForced ? "A secret with this name exists there." : undefined;
    const status = message === undefined ? "InProgress" : "Failed";
    secret.replicas.set(other, { kmsKeyId: KmsKeyId, status, message });
  }
  secret.primaryRegion = name;
  return replicationStatus(secret);
}

/** Brings replicas up to date, as AWS does in the background. */
export function copyToReplicas(region: Region, secret: SecretRecord): void {
  for (const [other, replica] of secret.replicas) {
    if (replica.status === "Failed") continue;
    const copy = new SecretRecord(
      secret.name,
      secret.arn.replace(`:${region.name}:`, `:${other}:`),
      secret.createdMs,
    );
    copy.isReplica = true;
    copy.primaryRegion = region.name;
    copy.changedMs = secret.changedMs;
    copy.description = secret.description;
    copy.kmsKeyId = replica.kmsKeyId;
    for (const [key, value] of secret.tags) copy.tags.set(key, value);
    for (const [id, version] of secret.versions) {
      copy.versions.set(id, { ...version, stages: new Set(version.stages) });
    }
    region.account.region(other).secrets.set(secret.name, copy);
    replica.status = "InSync";
  }
}

interface RemoveInput {
  readonly SecretId: string;
  readonly RemoveReplicaRegions: readonly string[];
}

export function removeRegionsFromReplication(region: Region, input: RemoveInput): object {
  const secret = region.own(input.SecretId);
  for (const other of input.RemoveReplicaRegions) {
    if (!secret.replicas.has(other)) throw invalidParameter(`There is no replica in ${other}.`);
    region.account.region(other).secrets.delete(secret.name);
    secret.replicas.delete(other);
  }
  return { ARN: secret.arn, ReplicationStatus: replicationStatus(secret) };
}

/** Asked of the region of the replica, which then stands for itself. */
export function stopReplicationToReplica(
  region: Region,
  { SecretId }: { readonly SecretId: string },
): object {
  const secret = region.live(SecretId);
  if (!secret.isReplica) throw invalidRequest("The secret is not a replica.");
  const primary = region.account.region(secret.primaryRegion ?? "").find(secret.name);
  primary?.replicas.delete(region.name);
  secret.isReplica = false;
  secret.primaryRegion = region.name;
  return { ARN: secret.arn };
}

export function replicationStatus(secret: SecretRecord): object[] {
  return [...secret.replicas].map(([Region, { kmsKeyId, status, message }]) => ({
    ...{ Region, KmsKeyId: kmsKeyId, Status: status, StatusMessage: message },
  }));
}
