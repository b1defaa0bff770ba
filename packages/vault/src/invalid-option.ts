import { SecretError } from "@llm-orchestrator/secrets-core";

/** For an option that cannot be used. Its value is not quoted. */
export function wrong(name: string, expected: string): SecretError {
  return invalid(`${name} cannot be used`, `Pass ${expected}`);
}

export function invalid(detail: string, fix: string): SecretError {
  return new SecretError("CONFIGURATION", {
    reason: "bad-argument",
    detail: `a Vault store cannot be made: ${detail}`,
    fix,
  });
}

const path = /^(?!\.{1,2}(?:\/|$))[\w.-]+(?:\/(?!\.{1,2}(?:\/|$))[\w.-]+)*$/;

/** Vault writes mounts and namespaces with a `/` at the end, people without: both are the same. */
export function withoutLastSlash(text: string): string {
  return text.replace(/\/$/, "");
}

/** Of a mount or a namespace: segments without the characters that paths would have to encode. */
export function isVaultPath(text: string): boolean {
  return path.test(text);
}
