import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

/** How many names a list answers with at once: few, so that the suite sees several pages. */
export const listPageSize = 10;

interface Row {
  readonly value: string;
  readonly version: string;
}

interface Reply {
  readonly status: number;
  readonly body?: unknown;
}

const absent: Reply = { status: 404, body: { error: "no-such-secret" } };

/** Stands for the service in tests: a map behind its protocol, on a free port of this machine. */
export class StubService {
  readonly token = "example-token";
  readonly secrets = new Map<string, Row>();
  /** Answers every request, or `"nothing"` for none at all. */
  fault: Reply | "nothing" | undefined;
  readonly #server: Server;
  #port = 0; // a free one, then the same again

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request)
        .catch((): Reply => ({ status: 400 }))
        .then((reply) => {
          if (reply !== "nothing") response.writeHead(reply.status).end(JSON.stringify(reply.body));
        });
    });
  }

  static async start(): Promise<StubService> {
    const service = new StubService();
    await service.listen();
    return service;
  }

  get address(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async listen(): Promise<void> {
    this.#server.listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  put(name: string, value: string): Row {
    const row = { value, version: String(Number(this.secrets.get(name)?.version ?? 0) + 1) };
    this.secrets.set(name, row);
    return row;
  }

  async #answer(request: IncomingMessage): Promise<Reply | "nothing"> {
    const { pathname, searchParams } = new URL(request.url ?? "", this.address);
    const body = request.method === "PUT" ? await json(request) : undefined;
    if (this.fault) return this.fault;
    if (request.headers.authorization !== `Bearer ${this.token}`) return { status: 401 };
    if (pathname === "/secrets") return { status: 200, body: this.#list(searchParams) };
    const name = decodeURIComponent(pathname.slice("/secrets/".length));
    if (request.method === "PUT") return this.#put(name, body as { value: string });
    const row = this.secrets.get(name);
    if (row === undefined) return absent;
    if (request.method === "GET") return { status: 200, body: row };
    this.secrets.delete(name);
    return { status: 204 };
  }

  /** `ifVersion` left out: whatever is current. */
  #put(name: string, { value, ifVersion }: { value: string; ifVersion?: string | null }): Reply {
    const current = this.secrets.get(name)?.version ?? null;
    if (ifVersion !== undefined && ifVersion !== current) return { status: 409 };
    return { status: 200, body: { version: this.put(name, value).version } };
  }

  #list(query: URLSearchParams): { names: string[]; next?: string } {
    const [prefix, after] = [query.get("prefix") ?? "", query.get("after") ?? ""];
    const all = [...this.secrets.keys()].sort();
    const rest = all.filter((name) => name.startsWith(prefix) && name > after);
    const names = rest.slice(0, listPageSize);
    const last = names.at(-1);
    return rest.length > names.length && last !== undefined ? { names, next: last } : { names };
  }
}
