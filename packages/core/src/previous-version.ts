import type { SecretVersionData } from "./secret.js";
import { SecretError } from "./secret-error.js";

/**
 * The id of the version before the current one; of rows newest first.
 *
 * @throws SecretError `NOT_FOUND` when there is none, or when it was deleted or destroyed.
 */
export function findPrevious(key: string, rows: readonly SecretVersionData[]): string {
  const current = rows.findIndex(({ isCurrent }) => isCurrent);
  const previous = rows[current < 0 ? 1 : current + 1];
  if (previous === undefined) throw notFound(key, "it has no previous version");
  const { version, state } = previous;
  if (state !== "deleted" && state !== "destroyed") return version;
  throw new SecretError("NOT_FOUND", {
    key,
    reason: state,
    detail: `its previous version is ${state}`,
    fix: "List the versions with getSecretVersions and read one that is live",
  });
}

export function notFound(key: string, detail?: string): SecretError {
  return new SecretError("NOT_FOUND", { key, reason: "absent", detail });
}
