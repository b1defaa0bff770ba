import { checkPrefix, type KeySyntax } from "@llm-orchestrator/secrets-core";

/** Whether a key of this syntax can start with the prefix. */
export function isPrefix(prefix: unknown, syntax: KeySyntax): prefix is string {
  try {
    checkPrefix(prefix, syntax);
    return true;
  } catch {
    return false;
  }
}
