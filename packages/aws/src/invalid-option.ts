import { SecretError } from "@llm-orchestrator/secrets-core";

/** For an option that cannot be used. Its value is not quoted. */
export function wrong(name: string, expected: string): SecretError {
  return invalid(`${name} cannot be used`, `Pass ${expected}`);
}

export function invalid(
  detail: string,
  fix: string,
  reason = "bad-argument",
  cause?: unknown,
): SecretError {
  return new SecretError("CONFIGURATION", {
    ...{ reason, fix, cause },
    detail: `an AWS store cannot be made: ${detail}`,
  });
}

/** Runs a function that was passed as an option. @throws SecretError `CONFIGURATION`, or its own one. */
export function threw<T>(name: string, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    if (SecretError.isInstance(cause)) throw cause;
    const detail = `the function given as ${name} threw an error`;
    throw invalid(detail, "Mend the function", "bad-argument", cause);
  }
}
