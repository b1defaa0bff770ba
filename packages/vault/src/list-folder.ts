import { type OperationContext, SecretError } from "@llm-orchestrator/secrets-core";
import { malformed } from "./malformed.js";
import { type Meaning, toError } from "./status-map.js";
import type { ApiCall, VaultApi } from "./vault-api.js";
import { bodyOf, record } from "./vault-reply.js";

/** The names that the server lists; none where there is nothing. */
export async function listFolder(
  api: VaultApi,
  call: ApiCall,
  folder: string,
  context: OperationContext,
): Promise<readonly string[]> {
  const { reply, meaning } = await api.send(call, context);
  if (meaning?.code === "NOT_FOUND") return [];
  if (meaning) throw named(meaning, folder);
  return keysOf(reply && bodyOf(reply).data);
}

/** Of the time of a call: the rest is no use to a walk, which begins with a time of its own. */
const shareOfScan = 0.5;

/**
 * A whole tree by one request, which OpenBao knows and Vault does not, and which a policy has to allow
 * by itself. Whatever stands against it, `undefined`: a walk finds the same, and says what is wrong.
 */
export async function scanFolder(
  api: VaultApi,
  call: ApiCall,
  folder: string,
  context: OperationContext,
): Promise<readonly string[] | undefined> {
  const retries = api.startRetries(shareOfScan);
  const { reply, meaning } = await api.send({ ...call, retries }, context);
  if (meaning && !isAgainstScans(meaning)) throw toError(meaning);
  if (meaning) return undefined;
  return keysOf(reply && bodyOf(reply).data).map((name) => folder + name);
}

/** A server that is down is as down for a walk; one that takes too long for all may have it in parts. */
function isAgainstScans({ code, reason = "" }: Meaning): boolean {
  if (code === "AUTHENTICATION_FAILED" || code === "THROTTLED") return false;
  return code !== "BACKEND_UNAVAILABLE" || ["timeout", "malformed", "server"].includes(reason);
}

/** OpenBao's answer to a scan of nothing has no keys. */
function keysOf(data: unknown): readonly string[] {
  const { keys = [] } = record(data);
  const isList = typeof data === "object" && data !== null && Array.isArray(keys);
  if (isList && keys.every((key) => typeof key === "string")) return keys;
  throw malformed("a list of keys");
}

/** A listing has no key that the error could name. */
function named(meaning: Meaning, folder: string): SecretError {
  if (meaning.code !== "PERMISSION_DENIED") return toError(meaning);
  return new SecretError("PERMISSION_DENIED", {
    reason: "list",
    detail: `the policies of the token do not allow to list "${folder}"`,
    fix: "Grant list on that folder's metadata path, or list a prefix that the token may see",
  });
}
