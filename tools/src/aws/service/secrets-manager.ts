import type { AwsInput } from "../aws-request.ts";
import { ApiError, invalidRequest } from "./api-error.ts";
import { deleteSecret, restoreSecret } from "./deletion-operations.ts";
import { listSecrets, listSecretVersionIds } from "./list-operations.ts";
import { batchGetSecretValue, describeSecret, getSecretValue } from "./read-operations.ts";
import { Region } from "./region.ts";
import * as replicas from "./replica-operations.ts";
import { cancelRotateSecret, type RotationPlan, rotateSecret } from "./rotation-operations.ts";
import type { SecretRecord } from "./secret-record.ts";
import * as writes from "./write-operations.ts";

type Operate = (region: Region, input: never) => object;

const operations: Readonly<Record<string, Operate>> = {
  BatchGetSecretValue: batchGetSecretValue,
  CancelRotateSecret: cancelRotateSecret,
  CreateSecret: writes.createSecret,
  DeleteSecret: deleteSecret,
  DescribeSecret: describeSecret,
  GetSecretValue: getSecretValue,
  ListSecrets: listSecrets,
  ListSecretVersionIds: listSecretVersionIds,
  PutSecretValue: writes.putSecretValue,
  RemoveRegionsFromReplication: replicas.removeRegionsFromReplication,
  ReplicateSecretToRegions: replicas.replicateSecretToRegions,
  RestoreSecret: restoreSecret,
  RotateSecret: rotateSecret,
  StopReplicationToReplica: replicas.stopReplicationToReplica,
  TagResource: writes.tagResource,
  UntagResource: writes.untagResource,
  UpdateSecret: writes.updateSecret,
  UpdateSecretVersionStage: writes.updateSecretVersionStage,
};

/**
 * One account of AWS Secrets Manager in memory, as AWS's API reference describes it. It has no
 * policies, and no keys of KMS: what they refuse is for a script to say.
 */
export class SecretsManager {
  readonly now: () => number;
  rotationPlan: RotationPlan = {
    ...{ ends: "current", pendingPolls: 0, keepsPending: false, makeValue: () => "rotated" },
  };
  /** False: replicas stay as they are, and new ones in progress. */
  isReplicating = true;
  /** How many attempts to create a secret still find its name taken after a forced deletion. */
  lingeringCreates = 0;
  readonly #regions = new Map<string, Region>();
  readonly #lingering = new Map<string, number>();
  readonly #onDescribe = new Map<SecretRecord, () => boolean>();

  constructor(now: () => number = Date.now) {
    this.now = now;
  }

  region(name: string): Region {
    const known = this.#regions.get(name);
    if (known) return known;
    const region = new Region(name, this);
    this.#regions.set(name, region);
    return region;
  }

  /** @throws ApiError */
  operate(operation: string, regionName: string, input: AwsInput): object {
    const operate = operations[operation];
    if (!operate) throw new ApiError("UnknownOperationException", `No operation ${operation}.`);
    this.#deleteWhatIsDue();
    const answer = operate(this.region(regionName), input as never);
    if (this.isReplicating) this.#copyToReplicas(); // shows from the next request on
    return answer;
  }

  /** After a forced deletion. */
  linger(regionName: string, name: string): void {
    this.#lingering.set(`${regionName} ${name}`, this.lingeringCreates);
  }

  /** @throws ApiError while a secret of this name is still being deleted. */
  checkFree(regionName: string, name: string): void {
    const key = `${regionName} ${name}`;
    const left = this.#lingering.get(key) ?? 0;
    if (left === 0) return;
    this.#lingering.set(key, left - 1);
    throw invalidRequest(
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  }

  /** @param look Is called at each description until it returns true. */
  whenDescribed(secret: SecretRecord, look: (() => boolean) | undefined): void {
    if (look) this.#onDescribe.set(secret, look);
    else this.#onDescribe.delete(secret);
  }

  onDescribe(secret: SecretRecord): void {
    if (this.#onDescribe.get(secret)?.()) this.#onDescribe.delete(secret);
  }

  #deleteWhatIsDue(): void {
    for (const { secrets } of this.#regions.values()) {
      for (const [name, { deletionMs = Number.POSITIVE_INFINITY }] of secrets) {
        if (deletionMs <= this.now()) secrets.delete(name);
      }
    }
  }

  #copyToReplicas(): void {
    for (const region of this.#regions.values()) {
      for (const secret of region.secrets.values()) {
        if (secret.replicas.size > 0) replicas.copyToReplicas(region, secret);
      }
    }
  }
}
