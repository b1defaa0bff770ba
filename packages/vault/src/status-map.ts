import { SecretError } from "@llm-orchestrator/secrets-core";
import type { Reply } from "./connection.js";
import { type Meaning, replicaBehind, rules, serverFailed, throttled } from "./status-rules.js";
import { bodyOf, errorsOf, record } from "./vault-reply.js";

export type { Meaning } from "./status-rules.js";

/**
 * What the answer means; `undefined` for a success.
 *
 * @param hasIndex Whether the request named a state that the node has to have reached.
 */
export function meaningOf(reply: Reply, hasIndex = false): Meaning | undefined {
  const { status } = reply;
  if (status >= 200 && status < 300) return undefined;
  const text = errorsOf(reply);
  for (const [wanted, pattern, meaning] of rules) {
    const isStatus = typeof wanted === "number" ? wanted === status : wanted(status);
    if (isStatus && (pattern === undefined || pattern.test(text))) return meaning;
  }
  if (status === 404) return notThere(reply);
  if (status === 429) return tooMany(reply, hasIndex);
  return {
    code: "UNKNOWN",
    reason: `status-${status}`,
    detail: `the server answered with status ${status}`,
    fix: "See the server's log for the request",
  };
}

/**
 * A node that lags behind what the request names says nothing more with its 429; a limit says something.
 * What is no Vault's comes from somebody in between, whose limits are not known to be limits.
 */
function tooMany(reply: Reply, hasIndex: boolean): Meaning {
  const { errors } = bodyOf(reply);
  if (!Array.isArray(errors)) {
    return {
      ...serverFailed,
      detail: "something before the server takes no more requests for now",
    };
  }
  return hasIndex && errors.length === 0 ? replicaBehind : throttled;
}

/** Deleted and destroyed versions are 404 with data, absent ones without. */
function notThere(reply: Reply): Meaning {
  const { metadata } = record(bodyOf(reply).data) as { metadata?: unknown };
  const { destroyed, deletion_time: deletedAt } = record(metadata);
  if (destroyed === true) {
    return { code: "NOT_FOUND", reason: "destroyed", detail: "this version was destroyed" };
  }
  if (typeof deletedAt === "string" && deletedAt !== "") {
    return { code: "NOT_FOUND", reason: "deleted", detail: "it was deleted and can be restored" };
  }
  return { code: "NOT_FOUND", reason: "absent", detail: "" };
}

export function toError(meaning: Meaning, cause?: unknown): SecretError {
  const { code, reason, detail, fix } = meaning;
  return new SecretError(code, { detail, fix, cause, ...(reason !== undefined && { reason }) });
}
