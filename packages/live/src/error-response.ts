import { type AuthFailure, isAuthFailure } from "./auth-failure.js";
import { orAborted } from "./or-aborted.js";
import { discardBody, type ErrorBody, readErrorBody } from "./read-error-body.js";
import { rebuildResponse } from "./rebuild-response.js";
import { type HandedBack, scrubResponse } from "./scrub-response.js";

/** A response from 300 on, whose body is read once at most, whoever asks for it. */
export class ErrorResponse {
  readonly #response: Response;
  readonly #signal: AbortSignal | undefined;
  #body: Promise<ErrorBody> | undefined;

  constructor(response: Response, signal: AbortSignal | undefined) {
    this.#response = response;
    this.#signal = signal;
  }

  /** Whether the key was refused. A function gets a response of its own, with the body as it came. */
  async isAuthFailure(failure: AuthFailure): Promise<boolean> {
    return isAuthFailure(this.#response.status, failure, async () => {
      const { bytes } = await this.#read();
      return rebuildResponse(this.#response, bytes, new Headers(this.#response.headers));
    });
  }

  /** For the client: without the keys that it repeats. */
  async handBack(how: HandedBack): Promise<Response> {
    return scrubResponse(this.#response, await this.#read(), how);
  }

  /** For nobody: another request follows. */
  discard(): void {
    if (!this.#body) discardBody(this.#response);
  }

  #read(): Promise<ErrorBody> {
    this.#body ??= readErrorBody(this.#response);
    return orAborted(this.#body, this.#signal);
  }
}
