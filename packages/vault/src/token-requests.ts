import { type KnownLease, type Lease, type Sender, toLease, toLookedUp } from "./lease.js";
import { advise } from "./token-advice.js";
import type { VaultAuth } from "./vault-auth.js";

/** What a token can ask for itself. All of it may be asked twice. */
const common = { isRepeatable: true, below: "auth/token" } as const;

/** By whom, and for whom, a token is asked about. */
interface Asking {
  readonly method: VaultAuth["method"];
  readonly signal: AbortSignal | undefined;
  /** Nobody waits for it. */
  readonly isBackground: boolean;
}

/** @throws SecretError `AUTHENTICATION_FAILED` (`not-renewable`) for one that cannot be renewed. */
export async function renewSelf(
  session: Sender,
  lease: Lease,
  { method, signal, isBackground }: Asking,
): Promise<KnownLease> {
  const startedAt = performance.now();
  const operation = { method: "POST", path: "auth/token/renew-self", json: {} } as const;
  const options = { ...common, token: lease.token, signal, isBackground };
  const { meaning, ...outcome } = await session.send(operation, options);
  const advised = { ...outcome, meaning: meaning && advise(meaning, method) };
  return toLease(advised, startedAt, lease);
}

/** How long the token lives from now on. */
export async function lookUpSelf(
  session: Sender,
  token: string,
  { signal, isBackground }: Pick<Asking, "signal" | "isBackground">,
): Promise<KnownLease> {
  const startedAt = performance.now();
  const operation = { method: "GET", path: "auth/token/lookup-self" } as const;
  const outcome = await session.send(operation, { ...common, token, signal, isBackground });
  return toLookedUp(outcome, startedAt, token);
}

/** Never rejects: what cannot be revoked ends by itself. */
export async function revokeSelf(
  session: Sender,
  token: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const operation = { method: "POST", path: "auth/token/revoke-self", json: {} } as const;
  await session.send(operation, { ...common, token, signal }).catch(() => {});
}
