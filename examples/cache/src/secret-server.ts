import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { json } from "node:stream/consumers";

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

interface Reply {
  readonly status: number;
  readonly body?: unknown;
}

/**
 * A small service of secrets: `GET /<key>` answers with every version, newest first, and
 * `PUT /<key>` makes another. It keeps them in a file, so that it can be killed.
 */
export function createSecretServer(path: string): Server {
  const secrets = new Map<string, readonly Row[]>(load(path));

  async function reply(request: IncomingMessage): Promise<Reply> {
    const key = decodeURIComponent(request.url?.slice(1) ?? "");
    if (request.method === "GET") {
      const body = secrets.get(key);
      return body ? { status: 200, body } : { status: 404 };
    }
    const { value, expectedVersion } = (await json(request)) as Put;
    const rows = secrets.get(key) ?? [];
    const current = rows[0]?.version ?? null;
    if (expectedVersion !== undefined && expectedVersion !== current) return { status: 409 };
    const row = { version: `${rows.length + 1}`, createdAt: new Date().toISOString(), value };
    secrets.set(key, [row, ...rows]);
    save(path, secrets);
    return { status: 200, body: { version: row.version, createdAt: row.createdAt } };
  }

  return createServer((request, response) => {
    reply(request)
      .catch((): Reply => ({ status: 400 }))
      .then(({ status, body }) => response.writeHead(status).end(JSON.stringify(body)));
  });
}

function load(path: string): [string, readonly Row[]][] {
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : [];
}

function save(path: string, secrets: ReadonlyMap<string, readonly Row[]>): void {
  writeFileSync(`${path}.new`, JSON.stringify([...secrets]), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
