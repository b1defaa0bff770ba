import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { type LoggedRequest, RequestReader } from "./request-reader.ts";

/**
 * What a request is answered with. `raw`: the bytes themselves, then the connection ends. `"hang"`:
 * nothing comes; `"drop"`: the connection ends.
 */
export type FakeAnswer =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      /** An object is sent as JSON. */
      readonly body?: string | object;
    }
  | { readonly raw: string }
  | "hang"
  | "drop";

export interface FakeVault {
  readonly address: string;
  readonly requests: readonly LoggedRequest[];
  readonly openConnections: number;
  stop(): Promise<void>;
}

/** A server on bare sockets, so that it can say what no HTTP server would. */
export async function startFakeVault(
  answer: (request: LoggedRequest, count: number) => FakeAnswer | Promise<FakeAnswer>,
): Promise<FakeVault> {
  const requests: LoggedRequest[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    const reader = new RequestReader(async (request) => {
      requests.push(request);
      send(socket, await answer(request, requests.length));
    });
    socket.on("data", (bytes) => reader.read(bytes));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    get openConnections() {
      return sockets.size;
    },
    stop: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function send(socket: Socket, answer: FakeAnswer): void {
  if (answer === "hang") return;
  if (answer === "drop") socket.destroy();
  else if ("raw" in answer) socket.end(answer.raw);
  else {
    const { status, headers = {}, body = "" } = answer;
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const all = { "content-length": String(Buffer.byteLength(text)), ...headers };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`HTTP/1.1 ${status} Status\r\n${lines.join("")}\r\n${text}`);
  }
}

/** What Vault says of a secret. */
export function secretAnswer(value: string, version = 1): FakeAnswer {
  const created_time = "2026-01-01T00:00:00.000000000Z";
  const metadata = { version, created_time, deletion_time: "", destroyed: false };
  return { status: 200, body: { data: { data: { value }, metadata } } };
}
