import { SecretError } from "@llm-orchestrator/secrets-core";

const maxKeys = 10_000;

/** How new the version was that the primary last gave for a key: what a replica has may be older. */
export class SeenVersions {
  readonly #times = new Map<string, number>();

  /** Of the primary, which is always believed. */
  note(key: string, createdAt: string | undefined): void {
    this.#times.delete(key); // the one used last stands last
    if (createdAt === undefined) return;
    this.#times.set(key, Date.parse(createdAt));
    const [oldest] = this.#times.keys();
    if (this.#times.size > maxKeys && oldest !== undefined) this.#times.delete(oldest);
  }

  /** Why an answer of a replica cannot be used. */
  refuse(key: string, createdAt: string | undefined): SecretError | undefined {
    const seen = this.#times.get(key);
    if (seen === undefined || (createdAt !== undefined && Date.parse(createdAt) >= seen)) {
      return undefined;
    }
    return new SecretError("BACKEND_UNAVAILABLE", {
      ...{ key, reason: "replica-behind", detail: "the replica has an older version" },
    });
  }
}
