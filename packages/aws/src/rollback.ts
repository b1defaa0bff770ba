import {
  type OperationContext,
  type SecretData,
  SecretError,
} from "@llm-orchestrator/secrets-core";
import type { AwsRollbackOptions } from "./rotation-options.js";
import type { RotationRequests } from "./rotation-requests.js";
import { isVersionId } from "./secret-reader.js";
import { versionWith } from "./stages.js";
import { conflict, type VersionSwap } from "./version-swap.js";

/**
 * Makes an earlier version current, unless another has become current meanwhile. Three requests; one more
 * where a rotation has left `AWSPENDING` on the version that was current.
 */
export async function rollback(
  requests: RotationRequests,
  swap: VersionSwap,
  context: OperationContext,
): Promise<SecretData> {
  const { to, expectedVersion } = (context.own ?? {}) as AwsRollbackOptions;
  const { VersionIdsToStages: stages = {} } = await requests.describe(context);
  const from = versionWith("AWSCURRENT", stages);
  if (from === undefined) throw noVersion("it has no current version");
  if (expectedVersion !== undefined && expectedVersion !== from) throw conflict();
  const target = resolve(to ?? "previous", stages);
  // Read before: a version that has no value must never become current.
  const data = target && (await requests.read({ VersionId: target }, context));
  if (!target || !data) throw noVersion("it has no such version, or that one has no value");
  if (target === from) return data;
  await requests.run(context, (timed) =>
    swap.makeCurrent(requests.key, { from, to: target, isShared: true }, timed),
  );
  if (stages[from]?.includes("AWSPENDING")) await dropPending(requests, swap, from, context);
  const labels = (data.labels ?? []).filter((label) => label !== "AWSPREVIOUS");
  return { ...data, labels: [...labels, "AWSCURRENT"] };
}

/** Else a later rotation would take the version that was just left for a new one. */
async function dropPending(
  requests: RotationRequests,
  swap: VersionSwap,
  version: string,
  context: OperationContext,
): Promise<void> {
  const drop = (timed: OperationContext) => swap.drop(requests.key, version, "AWSPENDING", timed);
  await requests.run(context, drop).catch(() => {});
}

function resolve(
  to: string,
  stages: Readonly<Record<string, readonly string[]>>,
): string | undefined {
  if (isVersionId(to)) return to;
  const names: Readonly<Record<string, string>> = {
    ...{ current: "AWSCURRENT", previous: "AWSPREVIOUS" },
  };
  return versionWith(names[to] ?? to, stages);
}

function noVersion(detail: string): SecretError {
  return new SecretError("NOT_FOUND", {
    ...{ reason: "absent", detail },
    fix: "List the versions with getSecretVersions, and pass one as { to }",
  });
}
