import { ApiError, invalidParameter, notFound } from "./api-error.ts";
import { descriptionOf } from "./description.ts";
import { checkLength } from "./input-checks.ts";
import { type Filter, matching } from "./list-operations.ts";
import { type PageInput, pageOf } from "./page.ts";
import type { Region } from "./region.ts";

interface GetInput {
  readonly SecretId: string;
  readonly VersionId?: string;
  readonly VersionStage?: string;
}

export function getSecretValue(region: Region, input: GetInput): object {
  const secret = region.live(input.SecretId);
  const { id, content, createdMs, stages } = secret.versionOf(input.VersionId, input.VersionStage);
  if (!content) throw notFound(`the specified secret value for VersionId: ${id}`);
  return {
    ...{ ARN: secret.arn, Name: secret.name, VersionId: id, ...content },
    ...{ VersionStages: stages.size > 0 ? [...stages] : undefined, CreatedDate: createdMs / 1000 },
  };
}

interface BatchInput extends PageInput {
  readonly SecretIdList?: readonly string[];
  readonly Filters?: readonly Filter[];
}

export function batchGetSecretValue(region: Region, input: BatchInput): object {
  const { SecretIdList: ids, Filters, MaxResults } = input;
  if ((ids === undefined) === (Filters === undefined)) {
    throw invalidParameter("You must include Filters or SecretIdList, but not both.");
  }
  if (ids && MaxResults !== undefined) {
    throw invalidParameter("MaxResults can be used together with Filters only.");
  }
  if (ids) checkLength("secretIdList", ids.length, 20);
  const found = Filters ? matching(region, Filters).map(({ name }) => name) : (ids ?? []);
  const { rows, more } = pageOf(found, input, 20);
  const SecretValues: object[] = [];
  const Errors: object[] = [];
  for (const SecretId of rows) {
    try {
      SecretValues.push(getSecretValue(region, { SecretId }));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      Errors.push({ SecretId, ErrorCode: error.name, Message: error.message });
    }
  }
  return { SecretValues, Errors, ...more };
}

/** One that is going to be deleted too. */
export function describeSecret(
  region: Region,
  { SecretId }: { readonly SecretId: string },
): object {
  const secret = region.secret(SecretId);
  region.account.onDescribe(secret);
  return descriptionOf(secret);
}
