import type * as sdk from "@aws-sdk/client-secrets-manager";

/** The operations of Secrets Manager that are used, with what goes in and comes out. */
interface Operations {
  BatchGetSecretValue: [sdk.BatchGetSecretValueRequest, sdk.BatchGetSecretValueResponse];
  CancelRotateSecret: [sdk.CancelRotateSecretRequest, sdk.CancelRotateSecretResponse];
  CreateSecret: [sdk.CreateSecretRequest, sdk.CreateSecretResponse];
  DeleteSecret: [sdk.DeleteSecretRequest, sdk.DeleteSecretResponse];
  DescribeSecret: [sdk.DescribeSecretRequest, sdk.DescribeSecretResponse];
  GetSecretValue: [sdk.GetSecretValueRequest, sdk.GetSecretValueResponse];
  ListSecrets: [sdk.ListSecretsRequest, sdk.ListSecretsResponse];
  ListSecretVersionIds: [sdk.ListSecretVersionIdsRequest, sdk.ListSecretVersionIdsResponse];
  PutSecretValue: [sdk.PutSecretValueRequest, sdk.PutSecretValueResponse];
  RemoveRegionsFromReplication: [
    sdk.RemoveRegionsFromReplicationRequest,
    sdk.RemoveRegionsFromReplicationResponse,
  ];
  ReplicateSecretToRegions: [
    sdk.ReplicateSecretToRegionsRequest,
    sdk.ReplicateSecretToRegionsResponse,
  ];
  RestoreSecret: [sdk.RestoreSecretRequest, sdk.RestoreSecretResponse];
  RotateSecret: [sdk.RotateSecretRequest, sdk.RotateSecretResponse];
  StopReplicationToReplica: [
    sdk.StopReplicationToReplicaRequest,
    sdk.StopReplicationToReplicaResponse,
  ];
  TagResource: [sdk.TagResourceRequest, object];
  UntagResource: [sdk.UntagResourceRequest, object];
  UpdateSecret: [sdk.UpdateSecretRequest, sdk.UpdateSecretResponse];
  UpdateSecretVersionStage: [
    sdk.UpdateSecretVersionStageRequest,
    sdk.UpdateSecretVersionStageResponse,
  ];
}

export type Operation = keyof Operations;
export type Input<Name extends Operation> = Operations[Name][0];
export type Output<Name extends Operation> = Operations[Name][1];
