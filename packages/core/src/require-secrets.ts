import { checkStore } from "./forwarding-secret-store.js";
import type { Secret } from "./secret.js";
import { SecretError, type SecretErrorCode } from "./secret-error.js";
import type { OperationOptions, SecretStore } from "./secret-store.js";

/** Gravest first: what no other secret's arrival would cure. */
const gravity: readonly SecretErrorCode[] = [
  "CLOSED",
  "CONFIGURATION",
  "AUTHENTICATION_FAILED",
  "PERMISSION_DENIED",
  "INVALID_KEY",
  "NOT_SUPPORTED",
  "NOT_FOUND",
  "INVALID_SECRET",
  "CONFLICT",
  "UNKNOWN",
  "BACKEND_UNAVAILABLE",
  "THROTTLED",
];

/**
 * Reads all that an application needs at boot: a record with the same names, or one error that
 * lists everything that is missing.
 *
 * @param keys Your names, each with the key of its secret.
 * @throws SecretError with the gravest code of all, and `errors` by name.
 * @example
 * ```ts
 * import { requireSecrets, type SecretStore } from "@llm-orchestrator/secrets-core";
 *
 * async function boot(store: SecretStore) {
 *   const { openai, db } = await requireSecrets(store, {
 *     openai: "openai/api_key",
 *     db: "database/password",
 *   });
 *   return [openai.value.expose().length, db.version];
 * }
 * ```
 */
export async function requireSecrets<const Names extends string>(
  store: SecretStore,
  keys: Readonly<Record<Names, string>>,
  options?: OperationOptions,
): Promise<Readonly<Record<Names, Secret>>> {
  const wanted = entriesOf(keys);
  const { secrets, errors } = await checkStore(store).getSecrets(Object.values(keys), options);
  const failures = wanted.filter(([, key]) => !secrets.has(key));
  if (failures.length > 0) {
    const reasons = failures.map(([name, key]): [string, SecretError] => [
      name,
      errors.get(key) ?? new SecretError("NOT_FOUND", { key, store: store.name }),
    ]);
    throw missing(reasons, wanted.length, store.name);
  }
  const found = wanted.map(([name, key]) => [name, secrets.get(key)] as const);
  return Object.freeze(Object.fromEntries(found)) as Readonly<Record<Names, Secret>>;
}

function entriesOf(keys: unknown): [name: string, key: string][] {
  if (typeof keys === "object" && keys !== null && !Array.isArray(keys))
    return Object.entries(keys);
  throw new SecretError("CONFIGURATION", {
    reason: "bad-argument",
    detail: "the keys of requireSecrets are not an object",
    fix: 'Pass your names with their keys: { openai: "openai/api_key" }',
  });
}

function missing(
  failures: readonly [name: string, error: SecretError][],
  wanted: number,
  store: string,
): SecretError {
  const all = failures.map(([, error]) => error);
  const gravest = [...all].sort((a, b) => gravity.indexOf(a.code) - gravity.indexOf(b.code))[0];
  const lines = failures.map(([name, { message }]) => `\n  ${name}: ${message.slice(0, -1)}`);
  return new SecretError(gravest?.code ?? "UNKNOWN", {
    store,
    detail: `${failures.length} of ${wanted} required secrets cannot be read${lines.join("")}`,
    fix: "Provide all of them, then start again",
    retryable: all.every(({ retryable }) => retryable),
    errors: Object.freeze(Object.fromEntries(failures)),
  });
}
