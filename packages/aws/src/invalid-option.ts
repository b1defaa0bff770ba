import { SecretError } from "@llm-orchestrator/secrets-core";

/** For an option that cannot be used. Its value is not quoted. */
export function wrong(name: string, expected: string): SecretError {
  return invalid(`${name} cannot be used`, `Pass ${expected}`);
}

export function invalid(detail: string, fix: string, reason = "bad-argument"): SecretError {
  return new SecretError("CONFIGURATION", {
    ...{ reason, fix },
    detail: `an AWS store cannot be made: ${detail}`,
  });
}
