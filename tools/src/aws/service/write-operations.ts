import { ApiError, invalidParameter, invalidRequest } from "./api-error.ts";
import {
  checkDescription,
  checkLength,
  checkName,
  checkTags,
  checkToken,
  contentOf,
  type Tag,
} from "./input-checks.ts";
import type { Region } from "./region.ts";
import { type ReplicaRegion, replicate } from "./replica-operations.ts";
import type { SecretContent, SecretRecord } from "./secret-record.ts";

interface WriteInput extends SecretContent {
  readonly ClientRequestToken?: string;
  readonly Description?: string;
  readonly KmsKeyId?: string;
}

interface CreateInput extends WriteInput {
  readonly Name: string;
  readonly Tags?: readonly Tag[];
  readonly AddReplicaRegions?: readonly ReplicaRegion[];
  readonly ForceOverwriteReplicaSecret?: boolean;
}

export function createSecret(region: Region, input: CreateInput): object {
  const { Name, Tags = [], Description, KmsKeyId } = input;
  checkName(Name);
  checkDescription(Description);
  checkTags(Tags);
  const content = contentOf(input);
  const token = checkToken(input.ClientRequestToken);
  region.account.checkFree(region.name, Name);
  const before = region.secrets.get(Name);
  if (before) return createAgain(before, token, content);
  const secret = region.create(Name);
  secret.description = Description;
  secret.kmsKeyId = KmsKeyId;
  for (const { Key, Value } of Tags) secret.tags.set(Key, Value);
  if (content) putVersion(region, secret, token, content, ["AWSCURRENT"]);
  const { AddReplicaRegions, ForceOverwriteReplicaSecret = false } = input;
  const status = AddReplicaRegions
    ? {
        ReplicationStatus: replicate(
          region,
          secret,
          AddReplicaRegions,
          ForceOverwriteReplicaSecret,
        ),
      }
    : {};
  return { ...secret.named(content && token), ...status };
}

/** The same request once more does nothing; any other one finds the name taken. */
function createAgain(
  secret: SecretRecord,
  token: string,
  content: SecretContent | undefined,
): object {
  if (secret.deletionMs !== undefined) {
    throw invalidRequest(
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  }
  if (secret.versions.has(token) && !secret.add(token, content, 0)) return secret.named(token);
  throw new ApiError(
    "ResourceExistsException",
    `The operation failed because the secret ${secret.name} already exists.`,
  );
}

interface PutInput extends WriteInput {
  readonly SecretId: string;
  readonly VersionStages?: readonly string[];
}

export function putSecretValue(region: Region, input: PutInput): object {
  const secret = region.own(input.SecretId);
  const token = checkToken(input.ClientRequestToken);
  const content = contentOf(input);
  if (!content) throw invalidParameter("You must provide either SecretString or SecretBinary.");
  const { VersionStages = ["AWSCURRENT"] } = input;
  checkLength("versionStages", VersionStages.length, 20);
  putVersion(region, secret, token, content, VersionStages);
  return { ...secret.named(token), VersionStages: [...(secret.versions.get(token)?.stages ?? [])] };
}

/** The very first version is current, whatever labels were asked for. */
function putVersion(
  region: Region,
  secret: SecretRecord,
  token: string,
  content: SecretContent,
  stages: readonly string[],
): void {
  const isFirst = secret.versions.size === 0;
  if (!secret.add(token, content, region.account.now())) return;
  for (const stage of stages) secret.attach(stage, token);
  if (isFirst) secret.attach("AWSCURRENT", token);
  secret.changedMs = region.account.now();
}

export function updateSecret(
  region: Region,
  input: WriteInput & { readonly SecretId: string },
): object {
  const secret = region.own(input.SecretId);
  const { Description, KmsKeyId } = input;
  checkDescription(Description);
  const content = contentOf(input);
  const token = content && checkToken(input.ClientRequestToken);
  if (token !== undefined && secret.versions.has(token)) {
    throw new ApiError("ResourceExistsException", "A version with this token already exists.");
  }
  if (Description !== undefined) secret.description = Description || undefined;
  if (KmsKeyId !== undefined) secret.kmsKeyId = KmsKeyId || undefined;
  if (content && token) putVersion(region, secret, token, content, ["AWSCURRENT"]);
  secret.changedMs = region.account.now();
  return secret.named(token);
}

interface StageInput {
  readonly SecretId: string;
  readonly VersionStage: string;
  readonly MoveToVersionId?: string;
  readonly RemoveFromVersionId?: string;
}

export function updateSecretVersionStage(region: Region, input: StageInput): object {
  const secret = region.own(input.SecretId);
  const { VersionStage: stage, MoveToVersionId: to, RemoveFromVersionId: from } = input;
  checkLength("versionStage", stage.length, 256);
  const holder = secret.holderOf(stage)?.id;
  if (holder !== undefined && holder !== to && holder !== from) {
    throw invalidParameter(
      `The parameter RemoveFromVersionId must name the version ${holder}, to which ${stage} is attached.`,
    );
  }
  if (from !== undefined && holder !== from) {
    throw invalidParameter(`The staging label ${stage} isn't attached to version ${from}.`);
  }
  if (to === undefined && from === undefined) {
    throw invalidParameter("You must provide MoveToVersionId, RemoveFromVersionId or both.");
  }
  if (to === undefined && stage === "AWSCURRENT") {
    throw invalidParameter("AWSCURRENT can be moved to another version, but not removed.");
  }
  if (to !== undefined) {
    secret.attach(stage, secret.versionOf(to, undefined).id);
  } else if (from !== undefined) {
    secret.versions.get(from)?.stages.delete(stage);
  }
  secret.changedMs = region.account.now();
  return secret.named();
}

export function tagResource(
  region: Region,
  { SecretId, Tags }: { readonly SecretId: string; readonly Tags: readonly Tag[] },
): object {
  const secret = region.own(SecretId);
  checkTags(Tags, secret.tags.keys());
  for (const { Key, Value } of Tags) secret.tags.set(Key, Value);
  secret.changedMs = region.account.now();
  return {};
}

export function untagResource(
  region: Region,
  { SecretId, TagKeys }: { readonly SecretId: string; readonly TagKeys: readonly string[] },
): object {
  const secret = region.own(SecretId);
  for (const key of TagKeys) secret.tags.delete(key);
  secret.changedMs = region.account.now();
  return {};
}
