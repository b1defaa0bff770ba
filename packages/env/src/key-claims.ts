import { SecretError } from "@llm-orchestrator/secrets-core";

/** More keys than an application has; older ones are forgotten. */
const rememberedKeys = 10_000;

/** The key that a listing without a prefix yields: it is its variable, lower-cased. */
const canonicalKey = /^[a-z0-9_]+$/;

/**
 * Refuses a second key on a variable, since `a/b_c` and `a_b/c` are two secrets everywhere else.
 * A key that a listing yields stands beside any other: it is this store's own name for it.
 */
export class KeyClaims {
  readonly #keyOf = new Map<string, string>();
  readonly #listed = new Set<string>();

  /** @throws SecretError `CONFIGURATION` (`key-collision`) when another key has the variable. */
  check(key: string, variable: string): void {
    const owner = this.#keyOf.get(variable);
    if (owner === undefined || owner === key || this.#isListed(key)) return;
    throw new SecretError("CONFIGURATION", {
      reason: "key-collision",
      detail: `the keys ${owner} and ${key} both stand for the variable ${variable}`,
      fix: "Use one of them everywhere, rename the other, or set allowCollisions to true",
    });
  }

  /** Remembers a key that was found or written. */
  claim(key: string, variable: string): void {
    this.check(key, variable);
    if (this.#isListed(key) || this.#keyOf.has(variable)) return;
    this.#keyOf.set(variable, key);
    dropOldest(this.#keyOf);
  }

  forget(variable: string): void {
    this.#keyOf.delete(variable);
  }

  list(key: string): void {
    if (canonicalKey.test(key)) return;
    this.#listed.delete(key);
    this.#listed.add(key);
    dropOldest(this.#listed);
  }

  #isListed(key: string): boolean {
    return canonicalKey.test(key) || this.#listed.has(key);
  }
}

function dropOldest(kept: Map<string, string> | Set<string>): void {
  if (kept.size > rememberedKeys) kept.delete(kept.keys().next().value as string);
}
