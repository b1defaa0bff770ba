import { onAbort, type SecretAbortSignal } from "@llm-orchestrator/secrets-core";
import type { SecretDocument } from "./document.js";

/** What a change makes of the document; the same document: there is nothing to write. */
export type Change<T> = (document: SecretDocument) => {
  readonly document: SecretDocument;
  readonly result: T;
};

/** One change that waits for its turn, and what its caller waits for. */
export class PendingChange<T = unknown> {
  /** What the change gave, once it is in the file. */
  readonly done: Promise<T>;
  /** When it has waited long enough for another process, on the clock of `performance`. */
  readonly endsAt: number;
  readonly #change: Change<T>;
  readonly #signal: SecretAbortSignal | undefined;
  #resolve: (result: T) => void = () => {};
  #reject: (error: unknown) => void = () => {};
  #settle: () => void = () => {};
  #isSettled = false;

  constructor(change: Change<T>, signal: SecretAbortSignal | undefined, endsAt: number) {
    this.#change = change;
    this.#signal = signal;
    this.endsAt = endsAt;
    this.done = new Promise<T>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Whether somebody waits for it; one that was cancelled is given up here. */
  get isWanted(): boolean {
    if (this.#signal?.aborted) this.fail(this.#signal.reason);
    return !this.#isSettled;
  }

  onAbort(callback: () => void): () => void {
    return onAbort(this.#signal, callback);
  }

  /**
   * What it refuses, such as a version that is not current, is its own failure and nobody else's; told only
   * when what it was compared with is in the file.
   */
  apply(document: SecretDocument): SecretDocument {
    try {
      const { document: changed, result } = this.#change(document);
      this.#settle = () => this.#resolve(result);
      return changed;
    } catch (error) {
      this.#settle = () => this.#reject(error);
      return document;
    }
  }

  /** The document that `apply` gave is in the file. */
  succeed(): void {
    if (!this.#isSettled) this.#settle();
    this.#isSettled = true;
  }

  fail(error: unknown): void {
    if (!this.#isSettled) this.#reject(error);
    this.#isSettled = true;
  }
}
