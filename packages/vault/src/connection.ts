import type { Agent, ClientRequest, IncomingMessage } from "node:http";
import type { ConnectionOptions } from "node:tls";
import { ConnectionError, toConnectionError } from "./connection-error.js";
import { type Reply, readReply } from "./read-reply.js";

export { ConnectionError } from "./connection-error.js";
export type { Reply } from "./read-reply.js";

/** One request, sent once. */
export interface Attempt {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** From when it has a connection, or is about to get one. */
  readonly timeoutMs: number;
  /** From now on, waiting for one of the connections included. */
  readonly leftMs: number;
}

type Send = (options: object, onResponse: (message: IncomingMessage) => void) => ClientRequest;

interface Wire {
  readonly send: Send;
  readonly agent: Agent;
}

/**
 * Connections to one server, kept alive. Follows no redirect, uses no proxy, and lets no error of
 * Node's out, which hold the request.
 */
export class Connection {
  readonly #tls: () => Promise<ConnectionOptions>;
  #wire: Promise<Wire> | undefined;

  constructor(tls: () => Promise<ConnectionOptions>) {
    this.#tls = tls;
  }

  async send(attempt: Attempt): Promise<Reply> {
    const wire = await this.#open(attempt.url);
    attempt.signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      new Exchange(attempt, wire, resolve, reject).start();
    });
  }

  /** Ends idle connections now, and those in use when their requests are answered. */
  async close(): Promise<void> {
    const wire = await this.#wire?.catch(() => undefined);
    if (!wire) return;
    wire.agent.maxFreeSockets = 0;
    for (const sockets of Object.values(wire.agent.freeSockets)) {
      for (const socket of [...(sockets ?? [])]) socket.destroy();
    }
  }

  /** Tried again at the next call when a file could not be read. */
  #open(url: URL): Promise<Wire> {
    if (this.#wire) return this.#wire;
    const wire = open(url, this.#tls);
    this.#wire = wire;
    wire.catch(() => {
      this.#wire = undefined;
    });
    return wire;
  }
}

/** Node's modules are loaded when first needed. */
async function open({ protocol }: URL, tls: () => Promise<ConnectionOptions>): Promise<Wire> {
  const options = { keepAlive: true, maxSockets: 64, scheduling: "lifo" } as const;
  if (protocol === "https:") {
    const { Agent, request } = await import("node:https");
    return { send: request as Send, agent: new Agent({ ...options, ...(await tls()) }) };
  }
  const { Agent, request } = await import("node:http");
  return { send: request as Send, agent: new Agent(options) };
}

/** A request on its way. Whatever happens first ends it, and leaves no timer and no listener. */
class Exchange {
  readonly #attempt: Attempt;
  readonly #request: ClientRequest;
  readonly #resolve: (reply: Reply) => void;
  readonly #reject: (error: unknown) => void;
  readonly #startTime = performance.now();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isDone = false;

  constructor(
    attempt: Attempt,
    { send, agent }: Wire,
    resolve: (reply: Reply) => void,
    reject: (error: unknown) => void,
  ) {
    this.#attempt = attempt;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#request = send({ agent, ...requestOptions(attempt) }, (message) =>
      this.#receive(message),
    );
    // Not among the options, which NODE_DEBUG prints and diagnostics are handed.
    for (const [name, value] of Object.entries(attempt.headers)) {
      this.#request.setHeader(name, value);
    }
  }

  start(): void {
    const { body, signal, leftMs, timeoutMs } = this.#attempt;
    this.#limit(leftMs);
    // More requests than connections: what waits for its turn is not the server's slowness.
    this.#request.once("socket", () => {
      const waitedMs = performance.now() - this.#startTime;
      this.#limit(Math.min(timeoutMs, leftMs - waitedMs));
    });
    this.#request.on("error", (error) => this.#fail(toConnectionError(error)));
    signal?.addEventListener("abort", this.#onAbort);
    if (body !== undefined) this.#request.setHeader("content-length", Buffer.byteLength(body));
    this.#request.end(body);
  }

  readonly #onAbort = (): void => this.#fail(this.#attempt.signal?.reason);

  #receive(message: IncomingMessage): void {
    readReply(message).then(
      (reply) => {
        if (this.#end()) this.#resolve(reply);
      },
      (error: unknown) => this.#fail(error),
    );
  }

  #limit(durationMs: number): void {
    if (this.#isDone) return;
    clearTimeout(this.#timer);
    const onTimeout = () => this.#fail(new ConnectionError("timeout"));
    this.#timer = setTimeout(onTimeout, Math.max(1, durationMs));
  }

  #fail(error: unknown): void {
    if (!this.#end()) return;
    this.#reject(error);
    this.#request.destroy();
  }

  /** Whether it had not ended before. */
  #end(): boolean {
    if (this.#isDone) return false;
    this.#isDone = true;
    clearTimeout(this.#timer);
    this.#attempt.signal?.removeEventListener("abort", this.#onAbort);
    return true;
  }
}

function requestOptions({ method, url }: Attempt): object {
  const { protocol, hostname, port, pathname, search } = url;
  return {
    ...{ method, protocol, port, path: pathname + search },
    hostname: hostname.replace(/^\[|\]$/g, ""), // of an IPv6 address
  };
}
