import type { OperationContext } from "@llm-orchestrator/secrets-core";
import { connectionError, malformed, statusError } from "./error-map.js";
import type { MyServiceOptions } from "./options.js";

const defaultTimeoutMs = 10_000;

export interface ServiceRequest {
  readonly method: "GET" | "PUT" | "DELETE";
  /** With the query, every part of it encoded. */
  readonly path: string;
  readonly body?: object;
}

/**
 * Sends requests. The one place that knows the service's protocol: replace what is in `send`, or
 * call its SDK here. Whatever repeats a request does it here too, and says so by `countRetry()`.
 */
export class ServiceClient {
  readonly #address: string;
  readonly #token: string; // private by #: a plain field would be printed with the store
  readonly #timeoutMs: number;

  constructor({ address, token, timeoutMs = defaultTimeoutMs }: MyServiceOptions) {
    this.#address = new URL(address).origin;
    this.#token = token;
    this.#timeoutMs = timeoutMs;
  }

  /** @returns What the service answered, or `undefined` where it says that there is no such secret. */
  async send(request: ServiceRequest, { signal }: OperationContext): Promise<unknown> {
    const { method, path, body } = request;
    const timeout = AbortSignal.timeout(this.#timeoutMs);
    let status: number;
    let text: string;
    try {
      const response = await fetch(this.#address + path, {
        method,
        headers: { authorization: `Bearer ${this.#token}`, "content-type": "application/json" },
        body: body === undefined ? null : JSON.stringify(body),
        redirect: "manual", // the token is for this address only
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
      status = response.status;
      text = await response.text();
    } catch (error) {
      throw connectionError(error, timeout.aborted);
    }
    if (status === 204) return {};
    if (status === 200) return parse(text);
    const code = answerCode(text);
    if (status === 404 && code === "no-such-secret") return undefined;
    throw statusError(status, code);
  }
}

/** What the service calls its error. A proxy's page has none, so its 404 says nothing about a secret. */
function answerCode(text: string): string | undefined {
  try {
    const { error } = parse(text) as { error?: unknown };
    return typeof error === "string" ? error : undefined;
  } catch {
    return undefined;
  }
}

function parse(text: string): object {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw malformed(); // the parser's own message quotes the text
  }
  if (typeof parsed === "object" && parsed !== null) return parsed;
  throw malformed();
}
