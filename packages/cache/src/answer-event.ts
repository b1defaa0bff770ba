import {
  type AuditEvent,
  isAudited,
  publishAudit,
  SecretError,
} from "@llm-orchestrator/secrets-core";
import type { Moment, Timekeeper } from "./timekeeper.js";

/** A call that the cache answered by itself; whatever the wrapped store answers, it audits. */
export interface Answer
  extends Pick<AuditEvent, "operation" | "store" | "source">,
    Partial<Pick<AuditEvent, "key" | "keys" | "version">> {
  /** When the call was made, if it had to wait. */
  readonly since?: Moment;
  readonly error?: unknown;
  readonly isAborted?: boolean;
}

/** Publishes the event of a call that sent nothing, hence `attempts: 0`. */
export function publishAnswer(answer: Answer, timekeeper: Timekeeper): void {
  if (!isAudited()) return;
  const { operation, store, source, key, keys, version, since, error, isAborted } = answer;
  const end = timekeeper.now();
  const start = since ?? end;
  const code = SecretError.isInstance(error) ? error.code : undefined;
  const failure = code === undefined ? "success" : "failure";
  publishAudit({
    ...{ operation, store, source, attempts: 0 },
    ...{ startTime: timekeeper.timeAt(start), durationMs: end.monotonicMs - start.monotonicMs },
    outcome: isAborted ? "aborted" : failure,
    ...(key !== undefined && { key }),
    ...(keys !== undefined && { keys }),
    ...(version !== undefined && { version }),
    ...(code !== undefined && { code }),
  });
}
