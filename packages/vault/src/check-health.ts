import { type OperationContext, SecretError } from "@llm-orchestrator/secrets-core";
import { toError } from "./status-map.js";
import type { TokenKeeper } from "./token-keeper.js";
import { record } from "./vault-reply.js";
import type { VaultSession } from "./vault-session.js";

/** A token that ends within this time is said to. */
const expiringSeconds = 60;

interface Parts {
  readonly session: VaultSession;
  readonly tokens: TokenKeeper;
}

/**
 * The server's own state first (it needs no token), then whether a read would work. Rejects with why
 * not; else `"ready"`, `"standby"` (which reads as well) or `"token-expiring"`.
 */
export async function checkHealth(
  { session, tokens }: Parts,
  context: OperationContext,
  read: () => Promise<unknown>,
): Promise<string> {
  const path = "sys/health?standbyok=true&perfstandbyok=true";
  const options = { token: undefined, isRepeatable: true, below: "sys/health" };
  const call = { method: "GET", path } as const;
  const { signal } = context;
  const { reply, meaning } = await session.send(call, { ...options, signal, isRoot: true });
  const body = record(reply?.body);
  if (body.sealed === true && body.initialized === true)
    throw notReady("sealed", "Unseal the server");
  if (body.initialized === false) throw notReady("uninitialised", "Initialise the server");
  if (meaning) throw toError(meaning);
  await read();
  const token = await tokens.current();
  const { ttlSeconds } = await tokens.lookUp(token, signal).catch(() => ({ ttlSeconds: 0 }));
  if (ttlSeconds > 0 && ttlSeconds < expiringSeconds) return "token-expiring";
  return body.standby === true ? "standby" : "ready";
}

function notReady(reason: string, fix: string): SecretError {
  return new SecretError("BACKEND_UNAVAILABLE", { reason, detail: `the server is ${reason}`, fix });
}
