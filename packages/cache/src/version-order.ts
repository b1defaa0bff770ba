import type { Secret } from "@llm-orchestrator/secrets-core";

const wholeNumber = /^\d{1,15}$/;

/** Of one store, and with versions that are whole numbers. A fallback counts by itself. */
function areComparable(one: Secret, other: Secret): boolean {
  const isNumbered = ({ version }: Secret) => version !== undefined && wholeNumber.test(version);
  return one.store === other.store && isNumbered(one) && isNumbered(other);
}

/**
 * Whether `candidate` was current before `known` was. Told only of versions that are whole numbers:
 * of any others the later answer counts. A lower number that was made later belongs to a secret that
 * was deleted for good and made anew.
 */
export function isOlder(candidate: Secret, known: Secret): boolean {
  if (!areComparable(candidate, known)) return false;
  const { createdAt: made = "" } = candidate;
  const { createdAt: knownMade = "" } = known;
  const isLower = Number(candidate.version) < Number(known.version);
  return isLower && !(Date.parse(made) > Date.parse(knownMade));
}

/**
 * Whether one who was told `told` could notice that `candidate` is behind it.
 *
 * @param isSame Both are the same place; else two fields, which need not have the same value.
 */
export function mayBeBehind(candidate: Secret, told: Secret, isSame: boolean): boolean {
  if (isOlder(candidate, told)) return true;
  return isSame && !areComparable(candidate, told) && !candidate.value.equals(told.value);
}
