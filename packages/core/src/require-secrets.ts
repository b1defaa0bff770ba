import { badArgument, isPlainObject } from "./check-options.js";
import { checkStore } from "./forwarding-secret-store.js";
import { gravestOf } from "./gravity.js";
import type { Secret } from "./secret.js";
import { SecretError } from "./secret-error.js";
import type { OperationOptions, SecretStore } from "./secret-store.js";

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
  const { secrets, errors } = await checkStore(store).getSecrets(
    wanted.map(([, key]) => key),
    options,
  );
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
  const fix = 'Pass your names with their keys: { openai: "openai/api_key" }';
  if (!isPlainObject(keys)) throw badArgument("the keys of requireSecrets are not an object", fix);
  const entries = Object.entries(keys);
  if (entries.every(([, key]) => typeof key === "string")) return entries;
  throw badArgument("a key of requireSecrets is not a string", fix);
}

function missing(
  failures: readonly [name: string, error: SecretError][],
  wanted: number,
  store: string,
): SecretError {
  const all = failures.map(([, error]) => error);
  const lines = failures.map(([name, { message }]) => `\n  ${name}: ${message.slice(0, -1)}`);
  return new SecretError(gravestOf(all)?.code ?? "UNKNOWN", {
    store,
    detail: `${failures.length} of ${wanted} required secrets cannot be read${lines.join("")}`,
    fix: "Provide all of them, then start again",
    retryable: all.every(({ retryable }) => retryable),
    errors: Object.freeze(Object.fromEntries(failures)),
  });
}
