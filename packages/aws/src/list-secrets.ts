import { isKey, type OperationContext, publishWarning } from "@llm-orchestrator/secrets-core";
import type { AwsApi } from "./aws-api.js";
import { awsKeySyntax } from "./secret-name.js";

type Run = <T>(
  context: OperationContext,
  work: (context: OperationContext) => Promise<T>,
) => Promise<T>;

/** The most that AWS gives at once. */
const pageSize = 100;

/**
 * Names that start with a prefix, page after page. AWS answers up to five minutes behind its writes
 * (API reference: ListSecrets). Each page has a deadline of its own.
 */
export async function* listSecrets(
  api: AwsApi,
  prefix: string,
  context: OperationContext,
  run: Run,
): AsyncGenerator<string> {
  const filters = canFilter(prefix)
    ? { Filters: [{ Key: "name" as const, Values: [prefix] }] }
    : {};
  for (let token: string | undefined, isFirst = true; isFirst || token; isFirst = false) {
    const next = token === undefined ? {} : { NextToken: token };
    const input = { MaxResults: pageSize, ...filters, ...next };
    const page = await run({ ...context }, (timed) => api.send("ListSecrets", input, timed));
    for (const { Name, DeletedDate } of page.SecretList ?? []) {
      if (Name?.startsWith(prefix) && DeletedDate === undefined && isReadable(Name)) yield Name;
    }
    token = page.NextToken;
  }
}

/** A filter that begins with "!" means "not"; an empty one is none. */
function canFilter(prefix: string): boolean {
  return prefix !== "" && !prefix.startsWith("!");
}

/** AWS lets names have empty segments, which no store accepts. */
function isReadable(name: string): boolean {
  if (isKey(name, awsKeySyntax)) return true;
  publishWarning({
    ...{ code: "AWS_NAME_NOT_LISTED", store: "aws" },
    message:
      'A secret has a name with an empty, "." or ".." segment, which is no key: listSecrets leaves it ' +
      "out. Rename it, or read it with AWS's own tools.",
  });
  return false;
}
