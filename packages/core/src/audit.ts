import { addListener, notify } from "./notify.js";
import { platform, processWide } from "./runtime.js";
import type { SecretErrorCode } from "./secret-error.js";
import { publishWarning } from "./warnings.js";

/** The calls of a store that are audited, by the name of the method. */
export type AuditOperation =
  | "getSecret"
  | "getSecrets"
  | "putSecret"
  | "deleteSecret"
  | "restoreSecret"
  | "describeSecret"
  | "listSecrets"
  | "rotateSecret"
  | "getSecretVersions"
  | "getSecretVersion"
  | "healthCheck"
  // A method that only one store has.
  | (string & {});

/** One call of a store. Never a value, its length or a hash. */
export interface AuditEvent {
  readonly operation: AuditOperation;
  /** Name of the store that answered. */
  readonly store: string;
  /** Milliseconds since 1970. */
  readonly startTime: number;
  readonly durationMs: number;
  /** Who had the answer; `shared` joined another caller's request. */
  readonly source: "backend" | "cache" | "stale" | "shared";
  readonly outcome: "success" | "failure" | "aborted";
  /** Requests that the call took, repeated ones included. */
  readonly attempts: number;
  readonly key?: string;
  /** The keys of a `getSecrets`. */
  readonly keys?: readonly string[];
  readonly version?: string;
  /** Why it failed. */
  readonly code?: SecretErrorCode;
}

export type AuditListener = (event: AuditEvent) => void;

interface Channel {
  readonly hasSubscribers: boolean;
  publish(message: unknown): void;
}

/** Name of the `node:diagnostics_channel` that carries every {@link AuditEvent}. */
export const auditChannelName = "llm-orchestrator.secrets";

const listeners = processWide("audit", () => new Set<AuditListener>());
const channels = platform.process?.getBuiltinModule?.("node:diagnostics_channel") as
  | { channel(name: string): Channel }
  | undefined;
const channel = channels?.channel(auditChannelName);

/**
 * Hands every {@link AuditEvent} of this process to `listener`. Returns the function that takes
 * it off again. A listener that throws breaks nothing (a warning says so); a subscriber of
 * the diagnostics channel itself that throws ends the process, which is Node's rule.
 *
 * @example
 * ```ts
 * import { onAudit } from "@llm-orchestrator/secrets-core";
 *
 * const stop = onAudit(({ operation, key, outcome, code }) => {
 *   console.log(operation, key, outcome, code);
 * });
 * stop();
 * ```
 */
export function onAudit(listener: AuditListener): () => void {
  return addListener(listeners, listener, "onAudit");
}

/** Whether anyone listens. Ask before gathering what an event needs. */
export function isAudited(): boolean {
  return listeners.size > 0 || channel?.hasSubscribers === true;
}

/** Publishes one call. For authors of stores: whoever answers publishes, once. */
export function publishAudit(event: AuditEvent): void {
  const frozen = Object.freeze(event);
  notify(listeners, frozen, () =>
    publishWarning({
      code: "AUDIT_LISTENER_THREW",
      message: "A listener passed to onAudit() threw; its event is lost. Catch errors inside it.",
    }),
  );
  if (channel?.hasSubscribers) channel.publish(frozen);
}
