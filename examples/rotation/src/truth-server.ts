import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import type { StoreServer } from "./store-server.js";

/** One version of a secret, as the server keeps and sends it. */
export interface Row {
  readonly version: string;
  readonly createdAt: string;
  readonly value: string;
}

/** What a PUT brings. `expectedVersion` left out: whatever is current. */
export interface Put {
  readonly value: string;
  readonly expectedVersion?: string | null;
}

export interface TruthServer extends StoreServer {
  readonly reads: ReadonlyMap<string, number>;
}

/**
 * Where the truth is, in this example: `GET /<key>` answers with every version, newest first, and
 * `PUT /<key>` makes another one. It keeps them in memory.
 */
export async function startTruthServer(): Promise<TruthServer> {
  const secrets = new Map<string, readonly Row[]>();
  const reads = new Map<string, number>();

  function get(key: string, reader: string) {
    reads.set(reader, (reads.get(reader) ?? 0) + 1);
    const rows = secrets.get(key);
    return rows ? { status: 200, body: rows } : { status: 404 };
  }

  async function put(key: string, request: IncomingMessage) {
    const { value, expectedVersion } = (await json(request)) as Put;
    const rows = secrets.get(key) ?? [];
    const current = rows[0]?.version ?? null;
    if (expectedVersion !== undefined && expectedVersion !== current) return { status: 409 };
    const row = { version: `${rows.length + 1}`, createdAt: new Date().toISOString(), value };
    secrets.set(key, [row, ...rows]);
    return { status: 200, body: { version: row.version, createdAt: row.createdAt } };
  }

  const server = createServer(async (request, response) => {
    const key = decodeURIComponent(request.url?.slice(1) ?? "");
    const reader = String(request.headers["x-reader"]);
    const { status, body } = {
      body: undefined,
      ...(request.method === "PUT" ? await put(key, request) : get(key, reader)),
    };
    response.writeHead(status).end(JSON.stringify(body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = async () => {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, reads, close };
}
