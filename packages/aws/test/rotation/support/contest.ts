import { SecretError } from "@llm-orchestrator/secrets-core";

/** Rotations at once, of which each is repeated until it has not been overtaken. */
export class Contest {
  #wins = 0;
  #onWin: (() => void)[] = [];
  /** How often somebody else was first. */
  conflicts = 0;

  async run<T>(rotate: () => Promise<T>): Promise<T> {
    for (;;) {
      const before = this.#wins;
      try {
        const result = await rotate();
        this.#wins++;
        for (const resolve of this.#onWin.splice(0, 4)) resolve(); // enough to be in each other's way
        return result;
      } catch (error) {
        if (!SecretError.isInstance(error) || error.code !== "CONFLICT") throw error;
        this.conflicts++;
        if (this.#wins > before) continue;
        // The one that is ahead of it will get there.
        await new Promise<void>((resolve) => this.#onWin.push(resolve));
      }
    }
  }
}
