import type { Secret } from "@llm-orchestrator/secrets-core";

const wholeNumber = /^\d{1,15}$/;

/**
 * Whether `candidate` was current before `known` was. Told only of versions that are whole numbers:
 * of any others the later answer counts. A lower number that was made later belongs to a secret that
 * was deleted for good and made anew.
 */
export function isOlder(candidate: Secret, known: Secret): boolean {
  const { version: one, createdAt: made = "" } = candidate;
  const { version: other, createdAt: knownMade = "" } = known;
  if (one === undefined || other === undefined) return false;
  if (candidate.store !== known.store) return false; // a fallback counts by itself
  if (!wholeNumber.test(one) || !wholeNumber.test(other)) return false;
  return Number(one) < Number(other) && !(Date.parse(made) > Date.parse(knownMade));
}
