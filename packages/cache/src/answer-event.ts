import {
  type AuditEvent,
  isAudited,
  publishAudit,
  SecretError,
} from "@llm-orchestrator/secrets-core";
import type { Moment, Timekeeper } from "./timekeeper.js";

/** A call that the cache answered by itself; whatever the wrapped store answers, it audits. */
export interface Answer extends Pick<AuditEvent, "operation" | "source"> {
  readonly key?: string | undefined;
  readonly keys?: readonly string[] | undefined;
  readonly version?: string | undefined;
  /** When the call was made, if it had to wait. */
  readonly since?: Moment | undefined;
  readonly error?: unknown;
  readonly isAborted?: boolean | undefined;
}

/**
 * Publishes the event of a call that sent nothing, hence `attempts: 0`. Of every hit, when somebody
 * listens: no spreads.
 */
export function publishAnswer(answer: Answer, store: string, timekeeper: Timekeeper): void {
  if (!isAudited()) return;
  const { operation, source, key, keys, version, since, error, isAborted } = answer;
  const end = timekeeper.now();
  const start = since ?? end;
  const code = SecretError.isInstance(error) ? error.code : undefined;
  const event: { -readonly [Name in keyof AuditEvent]: AuditEvent[Name] } = {
    operation,
    store,
    source,
    attempts: 0,
    startTime: timekeeper.timeAt(start),
    durationMs: end.monotonicMs - start.monotonicMs,
    outcome: isAborted ? "aborted" : code === undefined ? "success" : "failure",
  };
  if (key !== undefined) event.key = key;
  if (keys !== undefined) event.keys = keys;
  if (version !== undefined) event.version = version;
  if (code !== undefined) event.code = code;
  publishAudit(event);
}
