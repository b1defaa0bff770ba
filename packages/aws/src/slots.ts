import { onAbort, type SecretAbortSignal, throwIfAborted } from "@llm-orchestrator/secrets-core";

/** So many at once; the others wait for their turn, first come, first served. */
export class Slots {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(count: number) {
    this.#free = count;
  }

  /** @returns Gives the slot back; a second call does nothing. */
  async take(signal: SecretAbortSignal | undefined): Promise<() => void> {
    throwIfAborted(signal);
    if (this.#free > 0) this.#free--;
    else await this.#wait(signal);
    let isTaken = true;
    return () => {
      if (isTaken) this.#giveBack();
      isTaken = false;
    };
  }

  async #wait(signal: SecretAbortSignal | undefined): Promise<void> {
    let stop = () => {};
    await new Promise<void>((resolve, reject) => {
      this.#waiting.add(resolve);
      stop = onAbort(signal, () => {
        if (this.#waiting.delete(resolve)) reject(signal?.reason);
      });
    }).finally(() => stop());
  }

  #giveBack(): void {
    const [next] = this.#waiting;
    if (!next) {
      this.#free++;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
