import { type KnownLease, type Lease, type Sender, toLease, toLookedUp } from "./lease.js";

/** What a token can ask for itself. All of it may be asked twice. */
const common = { isRepeatable: true, below: "auth/token" } as const;

/** @throws SecretError `AUTHENTICATION_FAILED` (`not-renewable`) for one that cannot be renewed. */
export async function renewSelf(
  session: Sender,
  lease: Lease,
  signal: AbortSignal | undefined,
): Promise<KnownLease> {
  const startedAt = performance.now();
  const operation = { method: "POST", path: "auth/token/renew-self", json: {} } as const;
  const outcome = await session.send(operation, { ...common, token: lease.token, signal });
  return toLease(outcome, startedAt, lease);
}

/** How long the token lives from now on. */
export async function lookUpSelf(
  session: Sender,
  token: string,
  signal: AbortSignal | undefined,
): Promise<KnownLease> {
  const startedAt = performance.now();
  const operation = { method: "GET", path: "auth/token/lookup-self" } as const;
  return toLookedUp(await session.send(operation, { ...common, token, signal }), startedAt, token);
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
