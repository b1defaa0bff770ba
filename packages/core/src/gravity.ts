import type { SecretError, SecretErrorCode } from "./secret-error.js";

/** Gravest first: what no other secret's arrival would cure. */
const gravity: readonly SecretErrorCode[] = [
  ...(["CLOSED", "CONFIGURATION", "AUTHENTICATION_FAILED", "PERMISSION_DENIED"] as const),
  ...(["INVALID_KEY", "NOT_SUPPORTED", "NOT_FOUND", "INVALID_SECRET", "CONFLICT"] as const),
  ...(["UNKNOWN", "BACKEND_UNAVAILABLE", "THROTTLED"] as const),
];

/** The error that speaks for all of them; the first of those that are alike. */
export function gravestOf(errors: readonly SecretError[]): SecretError | undefined {
  const byGravity = (a: SecretError, b: SecretError) =>
    gravity.indexOf(a.code) - gravity.indexOf(b.code);
  return [...errors].sort(byGravity)[0];
}
