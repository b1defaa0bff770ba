import {
  type OperationOptions,
  publishWarning,
  type Secret,
  SecretError,
  type SecretStore,
} from "@llm-orchestrator/secrets-core";
import { ErrorResponse } from "./error-response.js";
import type { FetchFunction } from "./fetch-function.js";
import { checkFetchOptions, type FetchSettings, type SecretFetchOptions } from "./fetch-options.js";
import { headerText } from "./header-text.js";
import { type LiveSecret, liveSecret } from "./live-secret.js";
import { type Outgoing, parseURL, readOutgoing } from "./outgoing.js";
import { fillHeaders, makePlaceholder } from "./placeholder.js";

export interface PrepareOptions extends OperationOptions {
  /** Where a request will go, if known: refused as `fetch` would refuse it. */
  readonly url?: string | undefined;
}

export interface SecretFetch extends FetchFunction {
  /** What the client gets as its API key. Worth nothing to anybody else. */
  readonly placeholder: string;
  /**
   * Reads the secret and checks that it can stand in a header, and sends nothing: what a request
   * would reject with because of the store, before there is a request.
   */
  prepare(options?: PrepareOptions): Promise<void>;
}

/**
 * A `fetch` that puts a secret into whatever header its placeholder stands in. When the service
 * refuses it (401) the secret is read anew, past every cache, and the request is sent once more if
 * there is another value; never a third time. The client that uses it holds the placeholder only.
 *
 * @throws SecretError `CONFIGURATION` for options that cannot be used. The returned function rejects
 * with whatever the store rejects with, with `INVALID_SECRET` for a value that cannot stand in a
 * header, and with `CONFIGURATION` for a request to an origin that is not allowed; nothing is sent.
 * @example
 * ```ts
 * import { createSecretFetch } from "@llm-orchestrator/secrets-live";
 * import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
 *
 * const store = MemorySecretStore.from({ "search/api_key": "key-example" });
 * const fetch = createSecretFetch(store, "search/api_key", { origin: "https://search.example" });
 * const send = () =>
 *   fetch("https://search.example/v1/query", { headers: { "x-api-key": fetch.placeholder } });
 * ```
 */
export function createSecretFetch(
  store: SecretStore,
  key: string,
  options: SecretFetchOptions,
): SecretFetch {
  const settings = checkFetchOptions(options);
  const live = liveSecret(store, key, { field: settings.field });
  const placeholder = makePlaceholder();
  const exchange = new Exchange(live, settings, placeholder);
  const send: FetchFunction = async (input, init) => exchange.run(readOutgoing(input, init));
  const prepare = async (options?: PrepareOptions) => exchange.prepare(options);
  return Object.freeze(Object.assign(send, { placeholder, prepare }));
}

class Exchange {
  readonly #live: LiveSecret;
  readonly #settings: FetchSettings;
  readonly #placeholder: string;

  constructor(live: LiveSecret, settings: FetchSettings, placeholder: string) {
    this.#live = live;
    this.#settings = settings;
    this.#placeholder = placeholder;
  }

  async prepare({ signal, url }: PrepareOptions = {}): Promise<void> {
    if (url !== undefined) this.#checkPlace(parseURL(url));
    headerText(this.#live, await this.#live.get({ signal }));
  }

  async run(outgoing: Outgoing): Promise<Response> {
    this.#checkPlace(outgoing.url);
    const { signal } = outgoing;
    const first = await this.#live.get({ signal });
    const sent = [headerText(this.#live, first)];
    const response = await this.#send(outgoing, first, sent);
    if (response.status < 300) return response;
    const error = new ErrorResponse(response, signal);
    if (!(await error.isAuthFailure(this.#settings.authFailure))) {
      return error.handBack({ sent, isFinal: false });
    }
    const next = await this.#refresh(first, outgoing);
    if (!next || next.value.equals(first.value)) return error.handBack({ sent, isFinal: true });
    if (!outgoing.canRepeat) return error.handBack({ sent, isFinal: true, note: cannotRepeat });
    error.discard();
    return this.#sendAgain(outgoing, next, sent);
  }

  async #sendAgain(outgoing: Outgoing, next: Secret, sent: string[]): Promise<Response> {
    sent.push(headerText(this.#live, next));
    const response = await this.#send(outgoing, next, sent);
    if (response.status < 300) return response;
    const error = new ErrorResponse(response, outgoing.signal);
    const isFinal = await error.isAuthFailure(this.#settings.authFailure);
    return error.handBack({ sent, isFinal });
  }

  /** With the text that was sent last. */
  async #send(outgoing: Outgoing, secret: Secret, sent: readonly string[]): Promise<Response> {
    const headers = fillHeaders(outgoing.headers, this.#placeholder, sent.at(-1) as string);
    this.#live.noteUse(secret);
    return outgoing.send(this.#settings.fetch ?? globalThis.fetch, headers);
  }

  /** `undefined` when the store could not say: the caller then gets the refusal itself. */
  async #refresh(rejected: Secret, { signal }: Outgoing): Promise<Secret | undefined> {
    try {
      return await this.#live.refresh(rejected, { signal });
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      publishWarning({
        ...{ code: "SECRET_REFRESH_FAILED", key: this.#live.key, store: rejected.store },
        message:
          "A service refused an API key, and the store could not be asked for a new one " +
          `(${SecretError.isInstance(error) ? error.code : "UNKNOWN"}). The refusal was handed on.`,
      });
      return undefined;
    }
  }

  #checkPlace(url: URL): void {
    const { origins } = this.#settings;
    if (url.href.includes(this.#placeholder)) {
      throw new SecretError("CONFIGURATION", {
        reason: "key-in-url",
        detail: "the client puts the API key into the URL, where it would be logged",
        fix: "Configure the client to send it in a header",
      });
    }
    if (origins.has(url.origin)) return;
    throw new SecretError("CONFIGURATION", {
      reason: "origin-not-allowed",
      detail: `the key may not go to ${url.origin}, only to ${[...origins].join(", ")}`,
      fix: "Pass the client's base URL as origin, or as baseURL to the function that made its options",
    });
  }
}

const cannotRepeat =
  "a new key was found, but the request's body is a stream and cannot be sent again: call once more";
