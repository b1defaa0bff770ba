import { replicationStatus } from "./replica-operations.ts";
import type { SecretRecord } from "./secret-record.ts";

/** What has no value is left out. */
export function descriptionOf(secret: SecretRecord): object {
  const { rotation, tags, versions, replicas } = secret;
  const labelled = [...versions.values()].filter(({ stages }) => stages.size > 0);
  return {
    ...{ ARN: secret.arn, Name: secret.name, Description: secret.description },
    ...{ KmsKeyId: secret.kmsKeyId, OwningService: secret.owningService },
    ...{ RotationEnabled: rotation?.isEnabled, RotationLambdaARN: rotation?.lambdaArn },
    ...{ RotationRules: rotation?.rules, LastRotatedDate: seconds(rotation?.lastMs) },
    ...{ CreatedDate: seconds(secret.createdMs), LastChangedDate: seconds(secret.changedMs) },
    ...{ DeletedDate: seconds(secret.deletionMs), PrimaryRegion: secret.primaryRegion },
    Tags: tags.size > 0 ? [...tags].map(([Key, Value]) => ({ Key, Value })) : undefined,
    VersionIdsToStages: Object.fromEntries(labelled.map(({ id, stages }) => [id, [...stages]])),
    ReplicationStatus: replicas.size > 0 ? replicationStatus(secret) : undefined,
  };
}

const seconds = (ms: number | undefined) => (ms === undefined ? undefined : ms / 1000);
