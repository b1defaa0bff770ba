import type { HealthReport, SecretErrorCode } from "@llm-orchestrator/secrets-core";

/**
 * Whether the next read would work: by the first healthy store, if those before it fail in a way
 * that passes the question on. `"degraded"`, with the first error, when others do not work.
 */
export function combineHealth(
  reports: readonly HealthReport[],
  on: ReadonlySet<SecretErrorCode>,
): HealthReport {
  const latencyMs = Math.max(...reports.map((report) => report.latencyMs));
  const first = reports[0] as HealthReport;
  const failed = reports.find(({ ok }) => !ok);
  if (!failed) return Object.freeze({ ...first, latencyMs });
  const healthy = reports.findIndex(({ ok }) => ok);
  const isReached =
    healthy >= 0 && reports.slice(0, healthy).every(({ error }) => error && on.has(error.code));
  if (!isReached) return Object.freeze({ ...first, latencyMs });
  const { error } = failed;
  return Object.freeze({ ok: true, state: "degraded", latencyMs, ...(error && { error }) });
}
