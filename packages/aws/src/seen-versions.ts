import { SecretError } from "@llm-orchestrator/secrets-core";

const maxPlaces = 10_000;

/**
 * How new the version was that the primary last gave for a key, or for a stage of it: what a replica has
 * may be older. Holds times, no values; those used last, when there are too many.
 */
export class SeenVersions {
  readonly #times = new Map<string, number>();

  /** Of the primary, which is always believed. */
  note(place: string, createdAt: string | undefined): void {
    this.#times.delete(place); // the one used last stands last
    if (createdAt === undefined) return;
    this.#times.set(place, Date.parse(createdAt));
    const [oldest] = this.#times.keys();
    if (this.#times.size > maxPlaces && oldest !== undefined) this.#times.delete(oldest);
  }

  /** Why an answer of a replica cannot be used. */
  refuse(place: string, createdAt: string | undefined): SecretError | undefined {
    const seen = this.#times.get(place);
    if (seen === undefined) return undefined;
    this.#times.delete(place);
    this.#times.set(place, seen);
    if (createdAt !== undefined && Date.parse(createdAt) >= seen) return undefined;
    return new SecretError("BACKEND_UNAVAILABLE", {
      ...{ reason: "replica-behind", detail: "a replica has an older version than the primary" },
      fix: "Read again: when the primary can be had, or the replica has caught up",
    });
  }
}

/** @param stage One that AWS gives, or a user. */
export function placeOf(key: string, stage: string): string {
  return stage === "AWSCURRENT" ? key : `${key} ${stage}`; // no key has a space
}
