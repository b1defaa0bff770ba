import { SecretError } from "@llm-orchestrator/secrets-core";

/** For an answer that is a success and lacks what it has to have: never a secret of nothing. */
export function malformed(what: string): SecretError {
  return new SecretError("BACKEND_UNAVAILABLE", {
    reason: "malformed",
    detail: `the server's answer lacks ${what}`,
    fix: "Check that address leads to a Vault or an OpenBao, and what stands in between",
  });
}
