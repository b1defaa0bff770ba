import { SecretError } from "@llm-orchestrator/secrets-core";
import { assertNoLeak } from "@llm-orchestrator/secrets-testing";
import { expect } from "vitest";
import { probeByKind } from "../support/probe-by-kind.ts";

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

/** The titles of those that show the canary. */
export async function titlesOfLeaks(
  subjects: readonly Titled[],
  canary: string,
): Promise<readonly string[]> {
  const leaks = new Set<string>();
  for (const [title, subject] of subjects) {
    await probeByKind(kindOf(subject), subject, [canary]).catch((error: Error) =>
      leaks.add(`${title}: ${error.message.split("\n")[0]}`),
    );
  }
  return [...leaks];
}

function kindOf(subject: unknown): string {
  if (!SecretError.isInstance(subject)) return typeof subject;
  return [subject.code, subject.reason, ...Reflect.ownKeys(subject).map(String)].join(" ");
}
