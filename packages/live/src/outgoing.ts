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

function ofUrl(input: string | URL, init: RequestInit = {}): Outgoing {
  const { body } = init;
  const isStream = typeof body === "object" && body !== null && isOneWay(body);
  const extra: RequestInit = isStream ? { duplex: "half" } : {}; // Node's fetch demands it
  return {
    url: parse(input),
    headers: new Headers(init.headers),
    signal: init.signal ?? undefined,
    canRepeat: !isStream,
    send: (fetch, headers) =>
      fetch(input, { ...extra, ...init, headers, redirect: noFollow(init.redirect) }),
  };
}

function ofRequest(input: Request, init: RequestInit | undefined): Outgoing {
  const request = init === undefined ? input : new Request(input, init);
  return {
    url: parse(request.url),
    headers: request.headers,
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

function parse(input: string | URL): URL {
  if (input instanceof URL) return input;
  if (URL.canParse(input)) return new URL(input);
  throw new SecretError("CONFIGURATION", {
    reason: "bad-argument",
    detail: "the request's URL is no absolute URL",
    fix: "Check the client's base URL",
  });
}
