import type { Agent, ClientRequest, IncomingMessage } from "node:http";
import type { ConnectionOptions } from "node:tls";
import { onAbort } from "@llm-orchestrator/secrets-core";
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
  /** Neither its timer nor its connection keeps a process alive. */
  readonly isBackground?: boolean;
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
  #opening: Promise<Wire> | undefined;
  #wire: Wire | undefined;

  constructor(tls: () => Promise<ConnectionOptions>) {
    this.#tls = tls;
  }

  async send(attempt: Attempt): Promise<Reply> {
    const wire = this.#wire ?? (await this.#open(attempt.url));
    attempt.signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      new Exchange(attempt, wire, resolve, reject).start();
    });
  }

  /** Ends idle connections now, and those in use when their requests are answered. */
  async close(): Promise<void> {
    const wire = await this.#opening?.catch(() => undefined);
    if (!wire) return;
    wire.agent.maxFreeSockets = 0;
    for (const sockets of Object.values(wire.agent.freeSockets)) {
      for (const socket of [...(sockets ?? [])]) socket.destroy();
    }
  }

  /** Tried again at the next call when a file could not be read. */
  async #open(url: URL): Promise<Wire> {
    this.#opening ??= open(url, this.#tls);
    const opening = this.#opening;
    try {
      this.#wire = await opening;
      return this.#wire;
    } catch (error) {
      if (this.#opening === opening) this.#opening = undefined;
      throw error;
    }
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
  /** As long as it waits for a connection, that of the call; then that of the attempt. */
  #endTime: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopWaiting = () => {};
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
    this.#endTime = this.#startTime + attempt.leftMs;
    this.#request = send(requestOptions(attempt, agent), (message) => this.#receive(message));
    // Not among the options, which NODE_DEBUG prints and diagnostics are handed.
    for (const name of Object.keys(attempt.headers)) {
      this.#request.setHeader(name, attempt.headers[name] as string);
    }
  }

  start(): void {
    const { body, signal, leftMs, timeoutMs, isBackground } = this.#attempt;
    this.#startTimer(Math.min(leftMs, timeoutMs));
    // More requests than connections: what waits for its turn is not the server's slowness.
    this.#request.on("socket", (socket) => {
      // Said for every request: one that waited gets the connection of the one before as it was.
      if (isBackground) socket.unref();
      else socket.ref();
      this.#endTime = Math.min(performance.now() + timeoutMs, this.#startTime + leftMs);
    });
    this.#request.on("error", (error) => this.#fail(toConnectionError(error)));
    this.#stopWaiting = onAbort(signal, () => this.#fail(signal?.reason));
    if (body !== undefined) this.#request.setHeader("content-length", Buffer.byteLength(body));
    this.#request.end(body);
  }

  /** One timer does for both limits: it finds out which of them counts when it runs. */
  readonly #onTimer = (): void => {
    const leftMs = this.#endTime - performance.now();
    if (leftMs > 0) this.#startTimer(leftMs);
    else this.#fail(new ConnectionError("timeout"));
  };

  #startTimer(delayMs: number): void {
    this.#timer = setTimeout(this.#onTimer, Math.max(1, delayMs));
    if (this.#attempt.isBackground) this.#timer.unref();
  }

  #receive(message: IncomingMessage): void {
    readReply(message).then(
      (reply) => {
        if (this.#end()) this.#resolve(reply);
      },
      (error: unknown) => this.#fail(error),
    );
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
    this.#stopWaiting();
    return true;
  }
}

/** On the path of every request: no spreads, which take longer than all the rest of it. */
function requestOptions({ method, url }: Attempt, agent: Agent): object {
  const { protocol, hostname, port, pathname, search } = url;
  const host = hostname.startsWith("[") ? hostname.slice(1, -1) : hostname; // an IPv6 address
  return { agent, method, protocol, hostname: host, port, path: pathname + search };
}
