import { invalidParameter, invalidRequest } from "./api-error.ts";
import type { Region } from "./region.ts";

const dayMs = 86_400_000;

interface DeleteInput {
  readonly SecretId: string;
  readonly RecoveryWindowInDays?: number;
  readonly ForceDeleteWithoutRecovery?: boolean;
}

export function deleteSecret(region: Region, input: DeleteInput): object {
  const { ForceDeleteWithoutRecovery: isForced = false, RecoveryWindowInDays: days } = input;
  if (isForced && days !== undefined) {
    throw invalidParameter(
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    );
  }
  if (days !== undefined && (days < 7 || days > 30)) {
    throw invalidParameter("RecoveryWindowInDays must be between 7 and 30 days.");
  }
  const now = region.account.now();
  const DeletionDate = (now + (isForced ? 0 : (days ?? 30) * dayMs)) / 1000;
  if (isForced && !region.find(input.SecretId)) return { Name: input.SecretId, DeletionDate };
  const secret = isForced ? region.secret(input.SecretId) : region.live(input.SecretId);
  if (secret.replicas.size > 0) {
    throw invalidRequest("You can't delete secret that still has replica regions.");
  }
  if (isForced || secret.isReplica) {
    region.secrets.delete(secret.name);
    if (isForced) region.account.linger(region.name, secret.name);
  } else {
    secret.deletionMs = DeletionDate * 1000;
  }
  return { ...secret.named(), DeletionDate };
}

export function restoreSecret(region: Region, { SecretId }: { readonly SecretId: string }): object {
  const secret = region.secret(SecretId);
  secret.deletionMs = undefined;
  return secret.named();
}
