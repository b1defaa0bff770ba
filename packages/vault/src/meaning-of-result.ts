import { ConnectionError, type Reply } from "./connection.js";
import type { Operation } from "./node-vault.js";
import { type Meaning, meaningOf } from "./status-map.js";
import { bodyOf } from "./vault-reply.js";

/** What came of one attempt. */
export type Result = Reply | ConnectionError;

/**
 * What it means; `undefined` for a success.
 *
 * @param hasIndex Whether the request named a state that the node has to have reached.
 */
export function meaningOfResult(
  result: Result,
  operation: Operation,
  hasIndex = false,
): Meaning | undefined {
  if (result instanceof ConnectionError) return meaningOfFailure(result);
  if (!isOfVault(result, operation)) {
    return meaningOfFailure(new ConnectionError("malformed", "not what Vault says"));
  }
  return meaningOfRedirect(result, operation) ?? meaningOf(result, hasIndex);
}

/**
 * Whether the request may have been carried out although it failed. It was not when it did not get
 * there, and when the server says that it did not even begin.
 */
export function mayBeDone(result: Result, { code, reason = "" }: Meaning): boolean {
  if (result instanceof ConnectionError) return !["refused", "tls"].includes(result.kind);
  if (result.status < 300) return true; // a success, but not in Vault's words
  if (result.status < 500) return false;
  return code === "BACKEND_UNAVAILABLE" && !["sealed", "no-leader"].includes(reason);
}

/**
 * A proxy in between also has a 403 and a 404, and a page for each; it has no say on secrets. Nor has one
 * that answers with 200 and nothing: where there is nothing to say, the server says 204.
 */
function isOfVault(reply: Reply, { method }: Operation): boolean {
  const { status, body } = reply;
  const isObject = typeof body === "object" && body !== null && !Array.isArray(body);
  if (status >= 200 && status < 300) {
    if (body === undefined) return status === 204 && !["GET", "LIST", "SCAN"].includes(method);
    return isObject;
  }
  if (status !== 403 && status !== 404) return true;
  if (body === undefined) return method === "PATCH"; // as OpenBao does
  return isObject && (Array.isArray(bodyOf(reply).errors) || "data" in body);
}

/**
 * A standby that cannot pass a request on, as while the cluster elects, answers with the address of the
 * active node, as far as it knows. It is not followed: a token is for one host.
 */
function meaningOfRedirect({ status, headers }: Reply, { path }: Operation): Meaning | undefined {
  const { location = "" } = headers;
  if (status !== 307 || !location.endsWith(`/v1/${path}`)) return undefined;
  return {
    code: "BACKEND_UNAVAILABLE",
    reason: "standby",
    isTransient: true,
    detail: "the node stands by, and sends to another host instead of passing the request on",
    fix: "If it lasts, set address to the active node, or to a balancer that finds it",
  };
}

function meaningOfFailure({ kind, detail }: ConnectionError): Meaning {
  const unavailable = { code: "BACKEND_UNAVAILABLE", isTransient: true } as const;
  switch (kind) {
    case "tls":
      return {
        code: "CONFIGURATION",
        reason: "tls",
        detail: `the TLS handshake failed${detail && ` (${detail})`}`,
        fix: "Check the CA certificate, the server name, and the client certificate",
      };
    case "timeout":
      return { ...unavailable, reason: "timeout", detail: "the server did not answer in time" };
    case "malformed":
      return { ...unavailable, reason: "malformed", detail: `the answer is ${detail}` };
    default:
      return {
        ...unavailable,
        reason: "network",
        detail: `no connection${detail && ` (${detail})`}`,
      };
  }
}
