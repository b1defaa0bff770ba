import { abortable, type OperationContext, SecretError } from "@llm-orchestrator/secrets-core";
import { lastingSeconds } from "./lease.js";
import type { MountGuard } from "./mount-guard.js";
import { toError } from "./status-map.js";
import type { TokenKeeper } from "./token-keeper.js";
import type { VaultAuth } from "./vault-auth.js";
import { record } from "./vault-reply.js";
import type { VaultSession } from "./vault-session.js";

/** A token that ends within this time is said to. */
const expiringSeconds = 60;

/** Every state is an answer here and no failure: the body says which. */
const statePath =
  "sys/health?standbyok=true&perfstandbyok=true&sealedcode=200&uninitcode=200&drsecondarycode=200";

interface Parts {
  readonly session: VaultSession;
  readonly tokens: TokenKeeper;
  readonly guard: MountGuard;
  readonly auth: VaultAuth;
}

/**
 * The server's own state first (it needs no token), then whether a read would work. Rejects with why
 * not; else `"ready"`, `"standby"` (which reads as well) or `"token-expiring"`.
 */
export async function checkHealth(
  parts: Parts,
  context: OperationContext,
  read: () => Promise<unknown>,
): Promise<string> {
  const isStandby = await checkServer(parts.session, context);
  await read().catch(async (error: unknown) => {
    if (!SecretError.isInstance(error) || !(await isHarmless(error, parts.guard, context))) {
      throw error;
    }
  });
  if (await endsSoon(parts, context)) return "token-expiring";
  return isStandby ? "standby" : "ready";
}

/** Whether it is a standby. */
async function checkServer(session: VaultSession, context: OperationContext): Promise<boolean> {
  const call = { method: "GET", path: statePath } as const;
  const { signal, countRetry } = context;
  const options = { token: undefined, isRepeatable: true, below: "sys/health", isRoot: true };
  const { reply, meaning } = await session.send(call, { ...options, signal, countRetry });
  if (meaning) throw toError(meaning);
  const { initialized, sealed, standby } = record(reply?.body);
  if (initialized === false) throw notReady("uninitialised", "Initialise the server");
  if (sealed === true) throw notReady("sealed", "Unseal the server");
  return standby === true;
}

/** A token that may read other keys than this one serves as well as any; a deleted key is an answer. */
async function isHarmless(
  { code }: SecretError,
  guard: MountGuard,
  context: OperationContext,
): Promise<boolean> {
  if (code === "NOT_FOUND") return true;
  return code === "PERMISSION_DENIED" && (await guard.mayUse(context));
}

/**
 * Of a token that this store cannot replace: neither a renewal nor the agent's file helps it on. One that a
 * login brought is replaced before its end, or its end was announced.
 */
async function endsSoon({ tokens, auth }: Parts, { signal }: OperationContext): Promise<boolean> {
  const isHanded = auth.method === "token" || auth.method === "token-file";
  if (!isHanded || auth.lookUp === false) return tokens.isEnding;
  const token = await abortable(signal, () => tokens.current());
  const known = await tokens.lookUp(token, signal).catch(() => undefined); // it may not be allowed to ask
  signal?.throwIfAborted();
  if (!known) return tokens.isEnding;
  if (known.ttlSeconds === 0 || known.ttlSeconds >= expiringSeconds) return false;
  if (lastingSeconds(known) >= expiringSeconds && !tokens.isEnding) return false;
  if (auth.method === "token") return true;
  const next = await abortable(signal, () => tokens.after(token)).catch(() => undefined);
  return next === undefined;
}

function notReady(reason: string, fix: string): SecretError {
  return new SecretError("BACKEND_UNAVAILABLE", { reason, detail: `the server is ${reason}`, fix });
}
