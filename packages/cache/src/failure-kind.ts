import { SecretError } from "@llm-orchestrator/secrets-core";

/** The backend did not answer, or asked for patience: what is held may serve. */
export function isTransient(error: unknown): error is SecretError {
  if (!SecretError.isInstance(error)) return false;
  return error.code === "BACKEND_UNAVAILABLE" || error.code === "THROTTLED";
}

const definite: ReadonlySet<string> = new Set([
  ...["NOT_FOUND", "PERMISSION_DENIED", "AUTHENTICATION_FAILED", "INVALID_SECRET"],
]);

/** The backend answered, and says what is true of the secret now: what was held is over. */
export function isDefinite(error: unknown): error is SecretError {
  return SecretError.isInstance(error) && definite.has(error.code);
}
