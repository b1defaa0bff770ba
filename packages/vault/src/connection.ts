import type { Agent, ClientRequest, IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { ConnectionOptions } from "node:tls";

/** One request, sent once. */
export interface Attempt {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs: number;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The parsed JSON; `undefined` for an empty body. */
  readonly body: unknown;
}

/** Why there is no reply. Says nothing of what was sent. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  /**
   * `refused`: nothing was sent; `tls`: the server is not trusted, or does not trust us; `lost`: the
   * connection ended; `malformed`: what came is no JSON, or was cut off.
   */
  readonly kind: "refused" | "tls" | "lost" | "timeout" | "malformed";
  /** A code of Node's: `ECONNREFUSED`. */
  readonly detail: string;

  constructor(kind: ConnectionError["kind"], detail = "") {
    super(kind);
    this.kind = kind;
    this.detail = detail;
  }
}

/** Longest answer, in bytes: far above a KV entry and a page of keys. */
const maxAnswerBytes = 64 * 1024 * 1024;

const refusedCodes: ReadonlySet<string> = new Set([
  ...["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"],
]);
const tlsCodes =
  /^(?:ERR_TLS|ERR_SSL|ERR_OSSL|EPROTO|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_)/;

/**
 * Connections to one server, kept alive. Follows no redirect, uses no proxy, and lets no error of
 * Node's out, which hold the request.
 */
export class Connection {
  readonly #tls: () => Promise<ConnectionOptions>;
  #agents: Promise<{ send: Sender; agent: Agent }> | undefined;

  constructor(tls: () => Promise<ConnectionOptions>) {
    this.#tls = tls;
  }

  async send(attempt: Attempt): Promise<Reply> {
    this.#agents ??= this.#open(attempt.url);
    const { send, agent } = await this.#agents;
    attempt.signal?.throwIfAborted();
    return new Promise((resolve, reject) => exchange(attempt, send, agent, resolve, reject));
  }

  /** Ends idle connections; those in use end with their requests. */
  async close(): Promise<void> {
    const agents = await this.#agents?.catch(() => undefined);
    agents?.agent.destroy();
  }

  /** Tried again at the next call when a file could not be read. */
  async #open(url: URL): Promise<{ send: Sender; agent: Agent }> {
    try {
      return await open(url, this.#tls);
    } catch (error) {
      this.#agents = undefined;
      throw error;
    }
  }
}

type Sender = (options: object, onResponse: (message: IncomingMessage) => void) => ClientRequest;

/** Loaded when first needed. */
async function open(
  { protocol }: URL,
  tls: () => Promise<ConnectionOptions>,
): Promise<{ send: Sender; agent: Agent }> {
  const options = { keepAlive: true, maxSockets: 64, scheduling: "lifo" } as const;
  if (protocol === "https:") {
    const { Agent, request } = await import("node:https");
    return { send: request as Sender, agent: new Agent({ ...options, ...(await tls()) }) };
  }
  const { Agent, request } = await import("node:http");
  return { send: request as Sender, agent: new Agent(options) };
}

function exchange(
  { method, url, headers, body, signal, timeoutMs }: Attempt,
  send: Sender,
  agent: Agent,
  resolve: (reply: Reply) => void,
  reject: (error: unknown) => void,
): void {
  let isDone = false;
  const finish = (settle: () => void): void => {
    if (isDone) return;
    isDone = true;
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
    settle();
  };
  const fail = (error: unknown): void => {
    finish(() => reject(error));
    request.destroy();
  };
  const onAbort = (): void => fail(signal?.reason);
  const { protocol, hostname, port, pathname, search } = url;
  const request = send(
    {
      ...{ agent, method, protocol, port, path: pathname + search },
      hostname: hostname.replace(/^\[|\]$/g, ""), // of an IPv6 address
      headers: body === undefined ? headers : { ...headers, "content-length": byteLength(body) },
    },
    (message) => {
      collect(message).then(
        (reply) => finish(() => resolve(reply)),
        (error: unknown) => fail(error),
      );
    },
  );
  const timer = setTimeout(() => fail(new ConnectionError("timeout")), timeoutMs);
  signal?.addEventListener("abort", onAbort, { once: true });
  request.on("error", (error: NodeJS.ErrnoException) => fail(toConnectionError(error)));
  request.end(body);
}

function byteLength(text: string): number {
  return Buffer.byteLength(text);
}

async function collect(message: IncomingMessage): Promise<Reply> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of message) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (size > maxAnswerBytes) throw new ConnectionError("malformed", "too long");
    }
  } catch (error) {
    throw error instanceof ConnectionError ? error : new ConnectionError("malformed", "cut off");
  }
  if (!message.complete) throw new ConnectionError("malformed", "cut off");
  const { statusCode: status = 0, headers } = message;
  return { status, headers, body: parse(Buffer.concat(chunks).toString()) };
}

function parse(text: string): unknown {
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new ConnectionError("malformed", "no JSON");
  }
}

function toConnectionError({ code = "" }: NodeJS.ErrnoException): ConnectionError {
  if (refusedCodes.has(code)) return new ConnectionError("refused", code);
  return new ConnectionError(tlsCodes.test(code) ? "tls" : "lost", code);
}
