/** When this process last sent a version of a secret. */
export interface SecretUse {
  /** `undefined` in a store without versions. */
  readonly version: string | undefined;
  /** Milliseconds since 1970. */
  readonly lastUsedAt: number;
  /** How often. */
  readonly count: number;
}

/** More versions than a rotation ever has under way. */
const maxVersions = 16;

/** Which versions of a secret were sent, and when last. */
export class UseLog {
  readonly #uses = new Map<string | undefined, { lastUsedAt: number; count: number }>();

  note(version: string | undefined): void {
    const use = this.#uses.get(version);
    if (use) {
      use.lastUsedAt = Date.now();
      use.count++;
      return;
    }
    if (this.#uses.size >= maxVersions) this.#uses.delete(this.list().at(-1)?.version);
    this.#uses.set(version, { lastUsedAt: Date.now(), count: 1 });
  }

  list(): readonly SecretUse[] {
    const uses = [...this.#uses].map(([version, use]) => Object.freeze({ version, ...use }));
    return Object.freeze(uses.sort((a, b) => b.lastUsedAt - a.lastUsedAt));
  }
}
