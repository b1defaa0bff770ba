import { isKey, type KeySyntax, portableKeySyntax } from "@llm-orchestrator/secrets-core";

/** The keys that the store takes. Others are refused before any request is made. */
export const keySyntax: KeySyntax = portableKeySyntax;

/** Read to see whether reading works. Need not exist. */
export const healthKey = "health-check";

/** What the service calls a key, or the start of one: two keys never have the same name. */
export function toName(key: string): string {
  return key;
}

/** The way back. `undefined` for a name that no key of this store has: it is not listed. */
export function toKey(name: string): string | undefined {
  return isKey(name, keySyntax) ? name : undefined;
}
