import { failed, type Sender } from "./lease.js";
import { malformed } from "./malformed.js";
import type { Meaning } from "./status-map.js";
import { bodyOf, record } from "./vault-reply.js";

interface Unwrapped {
  readonly wrapping: string;
  readonly secretId: string;
  /** The server refused a login with it. */
  wasRefused?: boolean;
}

/** A wrapping token is used once: what it held is then kept for further logins. */
const kept = new WeakMap<object, Unwrapped>();

/**
 * The secret-id in a wrapping token, which is sent as the token of the request. Only when it was refused
 * is `bring` asked once more: a function may know of another wrapping token by then.
 *
 * @param owner Whose login it is.
 */
export async function unwrapSecretId(
  owner: object,
  bring: () => Promise<string>,
  session: Sender,
  signal: AbortSignal | undefined,
): Promise<string> {
  const known = kept.get(owner);
  if (known && !known.wasRefused) return known.secretId;
  const wrapping = await bring();
  if (known?.wrapping === wrapping) return known.secretId;
  const { reply, meaning } = await session.send(
    { method: "POST", path: "sys/wrapping/unwrap", json: {} },
    { signal, token: wrapping, isRepeatable: false, below: "sys/wrapping" },
  );
  const isRefused = reply?.status === 400 || reply?.status === 403;
  if (isRefused && meaning?.code !== "CONFIGURATION") throw failed({ meaning: notValid });
  if (meaning || !reply) throw failed({ meaning });
  const { secret_id: secretId } = record(bodyOf(reply).data);
  if (typeof secretId !== "string" || secretId === "") throw malformed("a secret-id");
  kept.set(owner, { wrapping, secretId });
  return secretId;
}

export function noteRefusedSecretId(owner: object): void {
  const known = kept.get(owner);
  if (known) known.wasRefused = true;
}

const notValid: Meaning = {
  ...{ code: "AUTHENTICATION_FAILED", reason: "wrapping-token" },
  detail: "the wrapping token was used before or has expired; somebody else may hold the secret-id",
  fix: "Find out who unwrapped it, revoke that secret-id, and wrap a new one",
};
