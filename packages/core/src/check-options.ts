import { checkName, type Secret } from "./secret.js";
import { SecretError } from "./secret-error.js";
import { isSecretValue } from "./secret-value.js";
import { isVersion } from "./version-syntax.js";

type Check = readonly [expected: string, test: (value: never) => boolean];

const isFunction = (value: unknown) => typeof value === "function";
const isName = (value: unknown) => typeof value === "string" && value !== "";
const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

const checks = {
  signal: [
    "an AbortSignal",
    (value: { aborted?: unknown; addEventListener?: unknown }) =>
      typeof value?.aborted === "boolean" && isFunction(value.addEventListener),
  ],
  field: ["the name of a field", isName],
  fresh: ["true or false", (value) => typeof value === "boolean"],
  rejected: [
    "a Secret that a store returned",
    (value: Partial<Secret>) => isObject(value) && isSecretValue(value.value),
  ],
  description: ["a string", (value) => typeof value === "string"],
  tags: ["an object of strings", isStringRecord],
  rotationPeriodDays: [
    "a whole number above 0",
    (value: number) => Number.isSafeInteger(value) && value > 0,
  ],
  expectedVersion: ["a version, or null for absent", (value) => value === null || isVersion(value)],
  mode: [
    '"recoverable" or "permanent"',
    (value: string) => value === "recoverable" || value === "permanent",
  ],
  generate: ["a function", isFunction],
  verify: ["a function", isFunction],
} satisfies Record<string, Check>;

export type CheckedOption = keyof typeof checks;

/**
 * Refuses what the operation does not take: a misspelled option would be ignored in silence.
 *
 * @throws SecretError `CONFIGURATION` that names the option and what it takes.
 */
export function checkOptions(
  options: unknown,
  operation: string,
  allowed: readonly CheckedOption[],
): void {
  if (options === undefined) return;
  if (!isObject(options)) {
    throw refuse(`the options of ${operation} are not an object`, `Pass { ${allowed.join(", ")} }`);
  }
  for (const name in options) checkOption(name, options, operation, allowed);
}

function checkOption(
  name: string,
  options: object,
  operation: string,
  allowed: readonly CheckedOption[],
): void {
  if (!(allowed as readonly string[]).includes(name)) {
    const shown = /^\w{1,40}$/.test(name) ? ` "${name}"` : "";
    throw refuse(`${operation} has no option${shown}`, `It takes ${allowed.join(", ")}`);
  }
  const [expected, test] = checks[name as CheckedOption] as Check;
  const value = (options as Record<string, unknown>)[name];
  if (value === undefined) return;
  if (!test(value as never)) {
    throw refuse(`${name} of ${operation} is of the wrong kind`, `Pass ${expected}`);
  }
  if (name === "field") checkName(value as string, "a field");
  if (name === "tags") for (const tag in value as object) checkName(tag, "a tag");
}

function isStringRecord(value: unknown): boolean {
  if (!isObject(value) || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value) as unknown;
  if (prototype !== null && prototype !== Object.prototype) return false;
  return Object.values(value).every((entry) => typeof entry === "string");
}

function refuse(detail: string, fix: string): SecretError {
  return new SecretError("CONFIGURATION", { reason: "bad-argument", detail, fix });
}
