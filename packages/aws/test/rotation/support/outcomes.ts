import { SecretError } from "@llm-orchestrator/secrets-core";

/** What a call rejects with, which has to be one of ours. */
export async function failure(call: Promise<unknown>): Promise<SecretError> {
  const error: unknown = await call.then(
    () => new Error("It resolved."),
    (thrown: unknown) => thrown,
  );
  if (SecretError.isInstance(error)) return error;
  throw error;
}

/** Its code, and its reason where it has one. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  const { code, reason } = await failure(call);
  return reason === undefined ? code : `${code} ${reason}`;
}
