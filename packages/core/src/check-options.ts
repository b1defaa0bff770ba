import type { Secret } from "./secret.js";
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
    (value: { [name in "aborted" | `${"add" | "remove"}EventListener`]?: unknown }) =>
      typeof value?.aborted === "boolean" &&
      isFunction(value.addEventListener) &&
      isFunction(value.removeEventListener),
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
    "a whole number from 1 to 36500",
    (value: number) => Number.isSafeInteger(value) && value > 0 && value <= 36_500,
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

/** How an option that only one store has is checked. */
export interface OptionCheck {
  /** After "Pass": `"true or false"`. */
  readonly expected: string;
  test(value: unknown): boolean;
}

/** By the name of the option. */
export type OptionChecks = Readonly<Record<string, OptionCheck>>;

/** The options of one call, read once: whatever the caller does to them later changes nothing. */
export interface TakenOptions<Options> {
  readonly options: Options;
  /** Those that only this store has. */
  readonly own?: Readonly<Record<string, unknown>>;
  /** Why they cannot be used. */
  readonly fault: SecretError | undefined;
}

const none: TakenOptions<object> = Object.freeze({ options: Object.freeze({}), fault: undefined });

/**
 * Copies and checks what the caller passed. Refuses what the operation does not take: a misspelled
 * option would be ignored in silence. Never throws, not even when a getter does.
 *
 * @param ownChecks Of the options that this store has beside them.
 */
export function takeOptions<Options extends object>(
  given: unknown,
  operation: string,
  allowed: readonly CheckedOption[],
  ownChecks: OptionChecks = noChecks,
): TakenOptions<Options> {
  if (given === undefined) return none as TakenOptions<Options>;
  const options: Record<string, unknown> = {};
  const own: Record<string, unknown> = {};
  const taken = { options: options as Options, ...(ownChecks !== noChecks && { own }) };
  const names = [...allowed, ...Object.keys(ownChecks)];
  try {
    if (!isPlainObject(given)) throw notAnObject(operation, names);
    for (const name of Object.keys(given)) {
      const check = checkOf(name, operation, names, ownChecks);
      const target = Object.hasOwn(ownChecks, name) ? own : options;
      target[name] = takeOption(name, given, operation, check);
    }
    return { ...taken, fault: undefined };
  } catch (error) {
    const fault = SecretError.isInstance(error) ? error : notAnObject(operation, names);
    return { ...taken, fault };
  }
}

const noChecks: OptionChecks = Object.freeze({});

function checkOf(
  name: string,
  operation: string,
  names: readonly string[],
  ownChecks: OptionChecks,
): Check {
  if (!names.includes(name)) {
    const shown = /^\w{1,40}$/.test(name) ? ` "${name}"` : "";
    throw badArgument(`${operation} has no option${shown}`, `It takes ${names.join(", ")}`);
  }
  const own = Object.hasOwn(ownChecks, name) ? ownChecks[name] : undefined;
  return own ? [own.expected, own.test] : (checks[name as CheckedOption] as Check);
}

function takeOption(
  name: string,
  given: object,
  operation: string,
  [expected, test]: Check,
): unknown {
  const read = (given as Record<string, unknown>)[name];
  if (read === undefined) return undefined;
  const value = name === "tags" && isPlainObject(read) ? { ...read } : read;
  if (!test(value as never)) {
    throw badArgument(`${name} of ${operation} is of the wrong kind`, `Pass ${expected}`);
  }
  if (name === "field") checkName(value as string, "a field");
  if (name === "tags") for (const tag of Object.keys(value as object)) checkName(tag, "a tag");
  return value;
}

function notAnObject(operation: string, allowed: readonly string[]): SecretError {
  return badArgument(
    `the options of ${operation} are not a plain object`,
    `Pass { ${allowed.join(", ")} }`,
  );
}

/** Own fields only: a Map, an array or an AbortSignal would be taken for "no options". */
export function isPlainObject(value: unknown): value is object {
  if (!isObject(value)) return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function isStringRecord(value: unknown): boolean {
  return isPlainObject(value) && Object.values(value).every((entry) => typeof entry === "string");
}

const pollutingNames: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** Refuses a name that could change a prototype when it is copied. */
function checkName(name: string, what: string): void {
  if (!pollutingNames.has(name)) return;
  throw badArgument(`${what} must not be named ${name}`, "Use another name");
}

/** `CONFIGURATION` for an argument or option that cannot be used. */
export function badArgument(detail: string, fix: string): SecretError {
  return new SecretError("CONFIGURATION", { reason: "bad-argument", detail, fix });
}
