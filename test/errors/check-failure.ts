import { inspect } from "node:util";
import { SecretError } from "@llm-orchestrator/secrets-core";
import { assertNoLeak } from "@llm-orchestrator/secrets-testing";
import { size } from "secrets-tools/test-size";
import { expect } from "vitest";

/** For thousands of errors. */
export const fast = { slowChannels: false } as const;

/** What a call ends with, as something to search. */
export function outcomeOf(call: () => unknown): Promise<unknown> {
  return Promise.resolve()
    .then(call)
    .catch((error: unknown) => error);
}

/** The call must end with an error of ours, and that must show nothing of the canary. */
export async function checkFailure(call: () => unknown, canary: string): Promise<SecretError> {
  const error = await outcomeOf(call);
  await assertNoLeak(error, [canary], fast);
  expect(SecretError.isInstance(error)).toBe(true);
  return error as SecretError;
}

/** All of the calls must end so. */
export async function checkFailures(
  calls: readonly (() => unknown)[],
  canary: string,
): Promise<void> {
  const errors: unknown[] = [];
  for (const call of calls) errors.push(await outcomeOf(call));
  expect(errors.filter((error) => !SecretError.isInstance(error))).toEqual([]);
  const titled = errors.map((error): Titled => [String(error), error]);
  expect(await titlesOfLeaks(titled, canary)).toEqual([]);
}

type Titled = readonly [title: string, subject: unknown];

/**
 * The titles of those that show the canary. Of each kind some go through the whole probe; the others,
 * which are of the same class and have the same properties, are printed with all that is in them. In
 * `npm run test:deep` every one is probed.
 */
export async function titlesOfLeaks(
  subjects: readonly Titled[],
  canary: string,
): Promise<readonly string[]> {
  const seen = new Map<string, number>();
  const leaks = new Set<string>();
  for (const [title, subject] of subjects) {
    const kind = kindOf(subject);
    const count = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, count);
    if (count > size(3, Number.POSITIVE_INFINITY)) {
      if (printsOf(subject).includes(coreOf(canary))) leaks.add(title);
    } else {
      await assertNoLeak({ subject }, [canary], fast).catch((error: Error) =>
        leaks.add(`${title}: ${error.message.split("\n")[0]}`),
      );
    }
  }
  return [...leaks];
}

/** What every plain spelling of it has in common. */
function coreOf(canary: string): string {
  return /[0-9a-f]{18}/.exec(canary)?.[0] ?? canary;
}

function printsOf(subject: unknown): string {
  const everything = { depth: 20, showHidden: true, maxArrayLength: null, maxStringLength: null };
  return [
    inspect(subject, everything),
    inspect(subject, { ...everything, customInspect: false, getters: true }),
    JSON.stringify({ subject }),
  ].join("\n");
}

function kindOf(subject: unknown): string {
  if (!SecretError.isInstance(subject)) return typeof subject;
  return [subject.code, subject.reason, ...Reflect.ownKeys(subject).map(String)].join(" ");
}
