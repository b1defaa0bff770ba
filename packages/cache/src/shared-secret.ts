import { isSecretValue, type Secret, SecretError } from "@llm-orchestrator/secrets-core";

/**
 * What a store gave, fit to be handed to many: a store of somebody's own making may give what is no
 * secret, or one that a caller could change for all the others.
 *
 * @throws SecretError `UNKNOWN` (`malformed`)
 */
export function toShared(answer: Secret, key: string, store: string): Secret {
  if (typeof answer !== "object" || answer === null || !isSecretValue(answer.value)) {
    throw new SecretError("UNKNOWN", {
      ...{ key, store, reason: "malformed" },
      detail: "the store gave something that is no secret",
      fix: "Its author has to return a Secret there; extend BaseSecretStore",
    });
  }
  if (Object.isFrozen(answer)) return answer;
  const { labels = [], tags, stale = false } = answer;
  return Object.freeze({
    ...{ ...answer, stale, labels: Object.freeze([...labels]) },
    ...(tags && { tags: Object.freeze({ ...tags }) }),
  });
}
