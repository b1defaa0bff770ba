import { badArgument, isPlainObject, type OptionChecks } from "./check-options.js";
import type { KeySyntax } from "./key-syntax.js";
import type { SecretGenerator, SecretStoreCapabilities } from "./secret-store.js";

/** What a backend says of itself when it is made. */
export interface BaseSecretStoreOptions {
  readonly name: string;
  /** Default: read only. */
  readonly capabilities?: SecretStoreCapabilities | undefined;
  /** Default: `portableKeySyntax`. */
  readonly keySyntax?: KeySyntax | undefined;
  /** Longest value in bytes of UTF-8. Default: no bound. */
  readonly maxValueBytes?: number | undefined;
  /** Makes new values for `rotateSecret` calls that bring no generator of their own. */
  readonly generate?: SecretGenerator | undefined;
  /**
   * Options that only this store has, by the method that takes them and their names. What a caller passes
   * reaches the hooks as `context.own`.
   */
  readonly callOptions?: Readonly<Record<string, OptionChecks>> | undefined;
}

type Check = readonly [expected: string, test: (value: unknown) => boolean];

const checks: Readonly<Record<keyof BaseSecretStoreOptions, Check>> = {
  name: ["a string that is not empty", (value) => typeof value === "string" && value !== ""],
  capabilities: ["an object", isPlainObject],
  keySyntax: ["{ pattern, maxLength, description }, the pattern without g and y", isKeySyntax],
  maxValueBytes: ["a number above 0", (value) => typeof value === "number" && value > 0],
  generate: ["a function", (value) => typeof value === "function"],
  callOptions: ["{ method: { option: { expected, test } } }", isCallOptions],
};

/** The hooks that a capability needs, and the other capabilities. */
const needs: Readonly<
  Record<Exclude<keyof SecretStoreCapabilities, "maxBatchSize">, readonly string[]>
> = {
  write: ["write"],
  delete: ["remove"],
  restore: ["remove", "recover"],
  list: ["list"],
  describe: ["describe"],
  versions: ["versions", "readVersion"],
  rotate: [],
  compareAndSet: ["write"],
  binary: [],
  metadata: ["write"],
};

/**
 * Refuses a backend that describes itself wrongly, when it is made and not at some later call.
 *
 * @param base The prototype whose methods the store has to override.
 * @throws SecretError `CONFIGURATION` (`bad-argument`).
 */
export function checkStoreOptions(options: unknown, store: object, base: object): void {
  if (!isPlainObject(options)) {
    throw badArgument("the options of the store are not an object", "Pass { name, … } to super()");
  }
  const given = options as Readonly<Record<string, unknown>>;
  for (const name of Object.keys({ name: undefined, ...given })) {
    if (!Object.hasOwn(checks, name)) unknown("option", name, Object.keys(checks));
    const [expected, test] = checks[name as keyof BaseSecretStoreOptions];
    if (given[name] === undefined && name !== "name") continue;
    if (!test(given[name])) {
      throw badArgument(`the option ${name} of the store is of the wrong kind`, `Pass ${expected}`);
    }
  }
  checkCapabilities((given.capabilities ?? {}) as SecretStoreCapabilities, (hook) => {
    const own = store as Readonly<Record<string, unknown>>;
    return own[hook] !== (base as Readonly<Record<string, unknown>>)[hook];
  });
}

type IsOverridden = (hook: string) => boolean;

function checkCapabilities(
  capabilities: SecretStoreCapabilities,
  isOverridden: IsOverridden,
): void {
  for (const [name, value] of Object.entries(capabilities)) {
    if (name === "maxBatchSize") checkBatchSize(value);
    else if (!Object.hasOwn(needs, name)) unknown("capability", name, Object.keys(needs));
    else if (typeof value !== "boolean" && value !== undefined) {
      throw badArgument(`the capability ${name} is of the wrong kind`, "Pass true or false");
    }
  }
  checkHooks(capabilities, isOverridden);
  if (!capabilities.rotate || isOverridden("rotateManaged") || isOverridden("rotate")) return;
  const missing = (["versions", "write", "compareAndSet"] as const).filter(
    (name) => !capabilities[name],
  );
  if (missing.length > 0) {
    throw badArgument(
      `the store declares rotate without ${missing.join(", ")}`,
      "Declare them too, or override rotateManaged or rotate",
    );
  }
}

function checkHooks(capabilities: SecretStoreCapabilities, isOverridden: IsOverridden): void {
  const declared = Object.keys(needs) as (keyof typeof needs)[];
  const hooks = declared.flatMap((name) => (capabilities[name] ? needs[name] : []));
  if ((capabilities.maxBatchSize ?? 1) > 1) hooks.push("readMany");
  const missing = [...new Set(hooks)].filter((hook) => !isOverridden(hook));
  if (missing.length === 0) return;
  throw badArgument(
    `the store declares capabilities without implementing ${missing.join(", ")}`,
    "Implement these methods, or do not declare what needs them",
  );
}

function checkBatchSize(value: unknown): void {
  if (value === undefined || (Number.isSafeInteger(value) && (value as number) >= 1)) return;
  throw badArgument(
    "the capability maxBatchSize is of the wrong kind",
    "Pass a whole number from 1",
  );
}

function isCallOptions(value: unknown): boolean {
  if (!isPlainObject(value)) return false;
  const methods = Object.values(value) as unknown[];
  const checks = methods.flatMap((method) => (isPlainObject(method) ? Object.values(method) : [0]));
  return checks.every(
    (check) => typeof check?.expected === "string" && typeof check.test === "function",
  );
}

function isKeySyntax(value: unknown): boolean {
  const { pattern, maxLength, description } = (value ?? {}) as Partial<KeySyntax>;
  return (
    pattern instanceof RegExp &&
    !/[gy]/.test(pattern.flags) &&
    Number.isSafeInteger(maxLength) &&
    typeof description === "string"
  );
}

function unknown(what: string, name: string, known: readonly string[]): never {
  const shown = /^\w{1,40}$/.test(name) ? ` "${name}"` : "";
  throw badArgument(`a store has no ${what}${shown}`, `It takes ${known.join(", ")}`);
}
