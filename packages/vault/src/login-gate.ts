import { SecretError } from "@llm-orchestrator/secrets-core";
import type { Lease } from "./lease.js";

const firstPauseMs = 1_000;
const longestPauseMs = 60_000;

/**
 * One login at a time, for all who wait. A refused one is followed by a pause that doubles, in which
 * everybody gets its error: no storm of logins, and no user locked out by one. A credential that cannot be
 * had is no refusal: nobody was asked, so that its pause is short and stays so.
 */
export class LoginGate {
  readonly #logIn: () => Promise<Lease>;
  readonly #pauses: boolean;
  #running: Promise<Lease> | undefined;
  #refusal: { readonly at: number; readonly pauseMs: number } | undefined;
  /** What everybody is told during the pause. */
  #error: SecretError | undefined;
  #untilMs = 0;

  constructor(logIn: () => Promise<Lease>, pauses = true) {
    this.#logIn = logIn;
    this.#pauses = pauses;
  }

  get running(): Promise<Lease> | undefined {
    return this.#running;
  }

  /** Until a login may be tried again. */
  get pauseMs(): number {
    return Math.max(0, this.#untilMs - performance.now());
  }

  enter(): Promise<Lease> {
    if (this.#running) return this.#running;
    if (this.#error && this.pauseMs > 0) return Promise.reject(this.#error);
    const login = this.#logIn();
    this.#running = login;
    const end = () => {
      this.#running = undefined;
    };
    // Before anybody else's, so that who continues afterwards finds the gate open.
    login.then(end, (error: unknown) => {
      end();
      if (!SecretError.isInstance(error) || error.code !== "AUTHENTICATION_FAILED") return;
      if (error.reason === "credential") this.#pause(error, firstPauseMs);
      else this.refuse(error);
    });
    return login;
  }

  /** Begins a pause, longer than the one before it unless that is long ago. */
  refuse(error: SecretError): void {
    const at = performance.now();
    const last = this.#refusal;
    const isAgain = last !== undefined && at - last.at < 2 * longestPauseMs;
    const pauseMs = isAgain ? Math.min(longestPauseMs, last.pauseMs * 2) : firstPauseMs;
    this.#refusal = { at, pauseMs };
    this.#pause(error, pauseMs);
  }

  /** A token that a login brought is good: the next pause is a first one again. */
  accept(): void {
    this.#refusal = undefined;
    this.#untilMs = 0;
  }

  #pause(error: SecretError, pauseMs: number): void {
    if (!this.#pauses) return;
    this.#error = error;
    this.#untilMs = performance.now() + pauseMs * (0.75 + Math.random() / 4);
  }
}
