import type {
  OperationContext,
  SecretVersionData,
  SecretVersionState,
} from "@llm-orchestrator/secrets-core";
import type { AwsApi } from "./aws-api.js";
import type { Output } from "./operations.js";
import { toIsoTime, versionOf } from "./secret-reader.js";
import { ownStages } from "./stages.js";

type Row = NonNullable<Output<"ListSecretVersionIds">["Versions"]>[number];

/** Newest first; of versions that AWS may drop at any time, those without a stage, only when asked. */
export async function secretVersions(
  api: AwsApi,
  key: string,
  context: OperationContext,
): Promise<readonly SecretVersionData[] | undefined> {
  // A list does not tell that the secret itself is going to be deleted.
  const [rows, described] = await Promise.all([
    listRows(api, key, context),
    api.find("DescribeSecret", { SecretId: key }, context),
  ]);
  if (!rows || !described) return undefined;
  const includesAll = context.own?.includeDeprecated === true;
  const isDeleted = described.DeletedDate !== undefined;
  const found = rows
    .map((row) => toVersion(row, isDeleted))
    .filter(({ labels }) => includesAll || labels.length > 0);
  return found.sort(newestFirst);
}

async function listRows(
  api: AwsApi,
  key: string,
  context: OperationContext,
): Promise<readonly Row[] | undefined> {
  const IncludeDeprecated = context.own?.includeDeprecated === true;
  const rows: Row[] = [];
  for (let token: string | undefined, isFirst = true; isFirst || token; isFirst = false) {
    const next = token === undefined ? {} : { NextToken: token };
    const input = { SecretId: key, IncludeDeprecated, MaxResults: 100, ...next };
    const page = await api.find("ListSecretVersionIds", input, context);
    if (!page) return undefined;
    rows.push(...(page.Versions ?? []));
    token = page.NextToken;
  }
  return rows;
}

type Version = SecretVersionData & { readonly labels: readonly string[] };

function toVersion({ VersionId, VersionStages, CreatedDate }: Row, isDeleted: boolean): Version {
  const labels = ownStages(VersionStages);
  const ofLive: SecretVersionState = labels.length === 0 ? "deprecated" : "live";
  const state = isDeleted ? "deleted" : ofLive;
  const isCurrent = !isDeleted && labels.includes("AWSCURRENT");
  const version = versionOf(VersionId) ?? "";
  return { version, createdAt: toIsoTime(CreatedDate), isCurrent, state, labels };
}

/** Two of the same moment by their stages. */
function newestFirst(a: Version, b: Version): number {
  const difference = (b.createdAt ?? "").localeCompare(a.createdAt ?? "");
  return difference || rank(a) - rank(b);
}

function rank({ labels }: Version): number {
  const order = ["AWSPENDING", "AWSCURRENT", "AWSPREVIOUS"];
  const place = order.findIndex((stage) => labels.includes(stage));
  return place < 0 ? order.length : place;
}
