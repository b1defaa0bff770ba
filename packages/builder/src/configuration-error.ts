import { SecretError } from "@llm-orchestrator/secrets-core";

/** What was passed is wrong: says which part, and what to pass instead. */
export function configurationError(
  detail: string,
  fix: string,
  reason = "bad-argument",
): SecretError {
  return new SecretError("CONFIGURATION", { reason, detail, fix });
}

/**
 * The own, defined properties of an options object.
 *
 * @throws SecretError `CONFIGURATION` for anything but a plain object, and for a name that is not
 * in `allowed`: a misspelled option would be ignored in silence.
 */
export function checkedOptions(
  options: unknown,
  method: string,
  allowed?: readonly string[],
  example = "{ name: value }",
): Record<string, unknown> {
  if (options === undefined) return {};
  if (!isPlainObject(options)) {
    throw configurationError(
      `the options of ${method} are not a plain object`,
      allowed ? `Pass { ${allowed.join(", ")} }` : `Pass an object such as ${example}`,
    );
  }
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  if (allowed && given.some(([name]) => !allowed.includes(name))) {
    throw configurationError(
      `${method} was passed an option that it does not have`,
      `It takes ${allowed.join(", ")}`,
    );
  }
  return Object.fromEntries(given);
}

/** A literal, of this realm or another one. A Map or a class instance would copy as empty. */
function isPlainObject(subject: unknown): subject is object {
  if (typeof subject !== "object" || subject === null || Array.isArray(subject)) return false;
  const prototype: unknown = Object.getPrototypeOf(subject);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
