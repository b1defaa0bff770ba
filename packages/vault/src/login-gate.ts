import { SecretError } from "@llm-orchestrator/secrets-core";
import type { Lease } from "./lease.js";

const firstPauseMs = 1_000;
const longestPauseMs = 60_000;

/**
 * One login at a time, for all who wait. A refused one is followed by a pause that doubles, in which
 * everybody gets its error: no storm of logins, and no user locked out by one.
 */
export class LoginGate {
  readonly #logIn: () => Promise<Lease>;
  readonly #pauses: boolean;
  #running: Promise<Lease> | undefined;
  #refusal:
    | { readonly error: SecretError; readonly at: number; readonly pauseMs: number }
    | undefined;
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
    if (this.#refusal && this.pauseMs > 0) return Promise.reject(this.#refusal.error);
    const login = this.#logIn();
    this.#running = login;
    const end = () => {
      this.#running = undefined;
    };
    // Before anybody else's, so that who continues afterwards finds the gate open.
    login.then(end, (error: unknown) => {
      end();
      if (isRefusal(error)) this.refuse(error);
    });
    return login;
  }

  /** Begins a pause, longer than the one before it unless that is long ago. */
  refuse(error: SecretError): void {
    if (!this.#pauses) return;
    const at = performance.now();
    const last = this.#refusal;
    const isAgain = last !== undefined && at - last.at < 2 * longestPauseMs;
    const pauseMs = isAgain ? Math.min(longestPauseMs, last.pauseMs * 2) : firstPauseMs;
    this.#refusal = { error, at, pauseMs };
    this.#untilMs = at + pauseMs * (0.75 + Math.random() / 4);
  }
}

function isRefusal(error: unknown): error is SecretError {
  return SecretError.isInstance(error) && error.code === "AUTHENTICATION_FAILED";
}
