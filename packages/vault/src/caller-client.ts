import { onAbort, SecretError } from "@llm-orchestrator/secrets-core";
import { ConnectionError, type Reply } from "./connection.js";
import { toConnectionError } from "./connection-error.js";
import { hasInexactNumber, printJson } from "./exact-json.js";
import type { Carrier, Operation } from "./node-vault.js";
import type { NodeVaultClient } from "./node-vault-client.js";
import { record } from "./vault-reply.js";

/** What ends a request before its answer. */
interface Limits {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs: number;
}

/**
 * A `node-vault` client that the caller has configured: address, token, namespace and TLS are its own.
 * What it answers and throws is translated, so that none of it gets out; but what it sends it sends in
 * its own way, and a request that is given up here goes on there.
 */
export class CallerClient implements Carrier {
  readonly #client: NodeVaultClient;

  constructor(client: NodeVaultClient) {
    this.#client = client;
  }

  /** @throws SecretError `INVALID_SECRET` (`inexact-number`) for what the client would change on its way. */
  async run(given: Operation, _send: unknown, limits: Limits): Promise<Reply> {
    const { method, path } = given;
    const operation = { method, path, json: asNumbers(given.json) };
    const answered = this.#dispatch(operation).then(
      (body) => toReply(body, operation),
      (error: unknown) => toFailedReply(error),
    );
    return inTime(answered, limits);
  }

  async #dispatch({ method, path, json }: Operation): Promise<unknown> {
    const client = this.#client;
    switch (method) {
      case "GET":
        return client.read(path, {});
      case "POST":
        return client.write(path, json, {});
      case "PATCH":
        return client.update(path, json, {});
      case "LIST":
        return client.list(path, {});
      case "DELETE":
        return client.delete(path, {});
      default:
        return client.request({ method, path: `/${path}`, json });
    }
  }
}

/** As many digits every double has. */
const safeDigits = 15;

/**
 * The client reads and prints JSON with the numbers of JavaScript, so that the neighbours of a field that
 * is put may have come changed already.
 */
function asNumbers(json: unknown): unknown {
  if (json === undefined) return undefined;
  const text = printJson(json);
  if (!hasInexactNumber(text, safeDigits)) return JSON.parse(text);
  throw new SecretError("INVALID_SECRET", {
    reason: "inexact-number",
    detail: "the map holds a number with more digits than a client of your own keeps",
    fix: "Put it in quotes, or use a store with an address in place of client",
  });
}

function toReply(body: unknown, { path }: Operation): Reply {
  if (body === undefined || body === "" || body === null) return reply(204, undefined);
  if (typeof body !== "object") throw new ConnectionError("malformed", "no JSON");
  // Below such a path it takes every failure for a success.
  const { errors } = record(body);
  if (!/sys\/health/.test(path) || !Array.isArray(errors)) return reply(200, body);
  return reply(statusOf(errors.join("; ")), body);
}

/** The status that the server gives with such errors. */
function statusOf(text: string): number {
  if (text === "") return 404;
  if (/permission denied|invalid token/.test(text)) return 403;
  if (/sealed/.test(text)) return 503;
  return /not active|internal error/.test(text) ? 500 : 400;
}

/** Of an answer that was a failure it says status and body; anything else had none. */
function toFailedReply(error: unknown): Reply {
  const { response, code } = record(error);
  const { statusCode, body } = record(response);
  if (typeof statusCode === "number") {
    const isText = typeof body === "string";
    if (isText && body !== "" && statusCode < 429)
      throw new ConnectionError("malformed", "no JSON");
    return reply(statusCode, isText ? undefined : body);
  }
  if (code === "ECONNABORTED" || code === "ETIMEDOUT") throw new ConnectionError("timeout");
  throw toConnectionError({ code: typeof code === "string" ? code : "" } as NodeJS.ErrnoException);
}

function reply(status: number, body: unknown): Reply {
  return { status, headers: {}, body };
}

function inTime(answered: Promise<Reply>, { signal, timeoutMs }: Limits): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => end(() => reject(new ConnectionError("timeout"))), timeoutMs);
    const stop = onAbort(signal, () => end(() => reject(signal?.reason)));
    const end = (settle: () => void) => {
      clearTimeout(timer);
      stop();
      settle();
    };
    answered.then(
      (value) => end(() => resolve(value)),
      (error: unknown) => end(() => reject(error)),
    );
  });
}
