import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type AwsAnswer, type AwsHandler, answerOf, sendAwsAnswer } from "./aws-answer.ts";
import type { AwsCredentials } from "./aws-emulator.ts";
import { type AwsRequest, readAwsRequest } from "./aws-request.ts";

/** Every operation that has no handler of its own. */
export type Operation = "*" | (string & {});

export interface AwsHttpServerOptions {
  /** What is answered where no handler says otherwise. */
  readonly origin: (request: AwsRequest) => Promise<AwsAnswer>;
  /** Default `Date.now`. */
  readonly now?: () => number;
}

/** A server of the Secrets Manager API on loopback, of which a test decides what goes wrong. */
export class AwsHttpServer {
  readonly region: string = "us-east-1";
  /** `http://127.0.0.1:<port>`, from the first `accept` on. */
  endpoint = "";
  readonly credentials: AwsCredentials = { accessKeyId: "test", secretAccessKey: "test" };
  readonly #options: AwsHttpServerOptions;
  readonly #always = new Map<Operation, AwsHandler>();
  readonly #next = new Map<Operation, AwsHandler[]>();
  readonly #counts = new Map<string, number>();
  #requests: AwsRequest[] = [];
  #server: Server;

  constructor(options: AwsHttpServerOptions) {
    this.#options = options;
    this.#server = this.#create();
  }

  /** Since the start or the last `forget`. */
  get requests(): readonly AwsRequest[] {
    return this.#requests;
  }

  /** What was asked for, in its order. */
  get operations(): readonly string[] {
    return this.#requests.map(({ operation }) => operation);
  }

  countOf(operation: string): number {
    return this.operations.filter((each) => each === operation).length;
  }

  /** Answers every request of an operation from now on. */
  handle(operation: Operation, handler: AwsHandler): void {
    this.#always.set(operation, handler);
  }

  /** Answers the next requests of an operation, one each, before anything else does. */
  handleNext(operation: Operation, ...handlers: readonly AwsHandler[]): void {
    this.#next.set(operation, [...(this.#next.get(operation) ?? []), ...handlers]);
  }

  /** No fault from now on. */
  heal(): void {
    this.#always.clear();
    this.#next.clear();
  }

  /** Drops what was recorded; the next request of each operation is its first. */
  forget(): void {
    this.#requests = [];
    this.#counts.clear();
  }

  openConnections(): Promise<number> {
    return new Promise((resolve, reject) =>
      this.#server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
    );
  }

  /** Cuts every connection; until `accept` nobody listens. */
  async refuse(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  /** Listens, on the same port as before. */
  async accept(): Promise<void> {
    if (this.#server.listening) return;
    this.#server = this.#create();
    const before = this.endpoint === "" ? 0 : Number(new URL(this.endpoint).port);
    this.#server.listen(before, "127.0.0.1");
    await once(this.#server, "listening");
    const { port } = this.#server.address() as AddressInfo;
    this.endpoint = `http://127.0.0.1:${port}`;
  }

  /** May be called twice. */
  close(): Promise<void> {
    return this.refuse();
  }

  #create(): Server {
    return createServer((incoming, outgoing) => {
      outgoing.on("error", () => {}); // the client has gone, as many tests want it to
      this.#answer(incoming, outgoing).catch(() => outgoing.socket?.resetAndDestroy());
    });
  }

  async #answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { now = Date.now, origin } = this.#options;
    const request = await readAwsRequest(incoming, now(), (operation) => this.#count(operation));
    this.#requests.push(request);
    const handler = this.#handlerOf(request.operation);
    const go = () => origin(request);
    const answer = await (handler === undefined ? go() : answerOf(handler, request, go));
    sendAwsAnswer(outgoing, answer);
  }

  #count(operation: string): number {
    const count = (this.#counts.get(operation) ?? 0) + 1;
    this.#counts.set(operation, count);
    return count;
  }

  #handlerOf(operation: string): AwsHandler | undefined {
    const next = this.#next.get(operation)?.shift() ?? this.#next.get("*")?.shift();
    return next ?? this.#always.get(operation) ?? this.#always.get("*");
  }
}
