import { SecretError } from "@llm-orchestrator/secrets-core";
import type { FetchFunction } from "./fetch-function.js";

/** A request as a client made it, which may be sent twice with different headers. */
export interface Outgoing {
  readonly url: URL;
  readonly headers: Headers;
  readonly signal: AbortSignal | undefined;
  /** Whether its body can be sent again. */
  readonly canRepeat: boolean;
  /** Redirects are not followed: most header names go along to other hosts. */
  send(fetch: FetchFunction, headers: Headers): Promise<Response>;
}

export function readOutgoing(
  input: string | URL | Request,
  init: RequestInit | undefined,
): Outgoing {
  return input instanceof Request ? ofRequest(input, init) : ofUrl(input, init);
}

/** Everything is read at once: what the caller holds may be changed while the store is asked. */
function ofUrl(input: string | URL, given: RequestInit = {}): Outgoing {
  const url = parseURL(input);
  const init: RequestInit = { ...given };
  const { body } = init;
  const isStream = typeof body === "object" && body !== null && isOneWay(body);
  const extra: RequestInit = isStream ? { duplex: "half" } : {}; // Node's fetch demands it
  return {
    url,
    headers: new Headers(init.headers),
    signal: init.signal ?? undefined,
    canRepeat: !isStream,
    send: (fetch, headers) =>
      fetch(url.href, { ...extra, ...init, headers, redirect: noFollow(init.redirect) }),
  };
}

function ofRequest(input: Request, init: RequestInit | undefined): Outgoing {
  const request = init === undefined ? input : new Request(input, init);
  return {
    url: parseURL(request.url),
    headers: new Headers(request.headers),
    signal: request.signal,
    canRepeat: true,
    // The original stays unread, to be cloned once more.
    send: (fetch, headers) =>
      fetch(request.clone(), { headers, redirect: noFollow(request.redirect) }),
  };
}

/** A body that is gone once it was read. */
function isOneWay(body: object): boolean {
  if (body instanceof FormData || body instanceof Blob || body instanceof URLSearchParams) {
    return false;
  }
  return Symbol.asyncIterator in body || body instanceof ReadableStream;
}

function noFollow(redirect: RequestInit["redirect"]): "error" | "manual" {
  return redirect === "error" ? "error" : "manual";
}

/** Of a URL object, a copy. */
export function parseURL(input: string | URL): URL {
  const text = String(input);
  if (URL.canParse(text)) return new URL(text);
  throw new SecretError("CONFIGURATION", {
    reason: "bad-argument",
    detail: "the request's URL is no absolute URL",
    fix: "Check the client's base URL",
  });
}
