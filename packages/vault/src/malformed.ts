import type { SecretError } from "@llm-orchestrator/secrets-core";
import { type Meaning, toError } from "./status-map.js";

/** What an answer means that is a success and lacks what it has to have. */
export function malformedMeaning(what: string): Meaning {
  return {
    code: "BACKEND_UNAVAILABLE",
    reason: "malformed",
    isTransient: true,
    detail: `the server's answer lacks ${what}`,
    fix: "Check that address leads to a Vault or an OpenBao, and what stands in between",
  };
}

/** For an answer that is a success and lacks what it has to have: never a secret of nothing. */
export function malformed(what: string): SecretError {
  return toError(malformedMeaning(what));
}
