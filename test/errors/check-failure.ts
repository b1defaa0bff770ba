import { SecretError } from "@llm-orchestrator/secrets-core";
import { assertNoLeak } from "@llm-orchestrator/secrets-testing";
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
