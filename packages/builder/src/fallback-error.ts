import { SecretError, type SecretErrorCode } from "@llm-orchestrator/secrets-core";

export function isOfCode(error: unknown, code: SecretErrorCode): error is SecretError {
  return SecretError.isInstance(error) && error.code === code;
}

/**
 * One error for a key that no store answered for. `NOT_FOUND` only when every store said that it
 * does not have it: one that could not be asked may well hold it.
 *
 * @param failures What each store said, in their order; at least one.
 */
export function exhausted(failures: readonly SecretError[], store: string): SecretError {
  const unasked = failures.find(({ code }) => code !== "NOT_FOUND" && code !== "INVALID_KEY");
  const [first = new SecretError("NOT_FOUND", { store }), ...others] = failures;
  const chief = unasked ?? first;
  if (others.length === 0) return chief;
  const { code, key, reason, retryable, fix } = chief;
  const said = failures.map(
    (error) => `${error.store}: ${error.detail ?? error.reason ?? error.code}`,
  );
  return new SecretError(code, {
    ...{ key, reason, retryable, fix, store },
    detail: said.join("; "),
    errors: Object.freeze(byStore(failures)),
  });
}

/** Two stores of one name get numbers: `vault`, `vault#2`. */
function byStore(failures: readonly SecretError[]): Record<string, SecretError> {
  const named = new Map<string, SecretError>();
  for (const error of failures) {
    const name = error.store ?? "store";
    let free = name;
    for (let count = 2; named.has(free); count++) free = `${name}#${count}`;
    named.set(free, error);
  }
  return Object.fromEntries(named);
}
