import {
  type GetSecretOptions,
  isSecretValue,
  type SecretAbortSignal,
} from "@llm-orchestrator/secrets-core";

/** What a read was asked for, read once from what the caller passed. */
export type ReadOptions = { readonly [Name in keyof GetSecretOptions]: GetSecretOptions[Name] };

type Name = keyof ReadOptions;

const none: ReadOptions = Object.freeze({});

const checks: Readonly<Record<Name, (value: never) => boolean>> = {
  field: (value: unknown) => typeof value === "string",
  fresh: (value: unknown) => typeof value === "boolean",
  rejected: (value: { value?: unknown } | null) =>
    typeof value === "object" && isSecretValue(value?.value),
  signal: isLiveSignal,
};

/**
 * The options, or `undefined` when they are not those of a read that could be answered here: a
 * wrong option, a signal that has aborted. The wrapped store then refuses them, and says why.
 */
export function takeReadOptions(given: unknown, allowed: readonly Name[]): ReadOptions | undefined {
  if (given === undefined) return none;
  if (!isPlain(given)) return undefined;
  try {
    const taken: Record<string, unknown> = {};
    for (const name of Object.keys(given) as Name[]) {
      if (!allowed.includes(name)) return undefined;
      const value = (given as ReadOptions)[name];
      if (value !== undefined && !checks[name](value as never)) return undefined;
      taken[name] = value;
    }
    return taken;
  } catch {
    return undefined; // an accessor that throws
  }
}

/** The options of a write, read once, and the field that it is about. */
export function copyOptions<Options extends { readonly field?: string | undefined }>(
  given: Options | undefined,
): { readonly taken: Options | undefined; readonly field?: string | undefined } {
  try {
    if (!isPlain(given)) return { taken: given };
    const taken = { ...given } as Options;
    return { taken, field: taken.field };
  } catch {
    return { taken: given }; // an accessor that throws
  }
}

/** Whether the options are `{ signal }` at most, and nothing stands in the way of an answer. */
export function hasOnlyLiveSignal(given: GetSecretOptions): boolean {
  if (given === null || Object.getPrototypeOf(given) !== Object.prototype) return false;
  for (const name in given) if (name !== "signal") return false;
  try {
    const { signal } = given;
    return signal === undefined || isLiveSignal(signal);
  } catch {
    return false; // an accessor that throws
  }
}

export function isPlain(given: unknown): given is object {
  if (typeof given !== "object" || given === null) return false;
  const prototype: unknown = Object.getPrototypeOf(given);
  return prototype === Object.prototype || prototype === null;
}

function isLiveSignal(signal: SecretAbortSignal): boolean {
  return (
    signal?.aborted === false &&
    typeof signal.addEventListener === "function" &&
    typeof signal.removeEventListener === "function"
  );
}
