import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import type { AwsAnswer } from "./aws-answer.ts";
import { AwsHttpServer } from "./aws-http-server.ts";
import type { AwsRequest } from "./aws-request.ts";

export type { AwsAnswer, AwsHandler } from "./aws-answer.ts";
export * from "./aws-faults.ts";
export type { AwsHttpServer } from "./aws-http-server.ts";
export type { AwsRequest } from "./aws-request.ts";

/**
 * Starts a proxy before an emulator. It counts requests by their operation, and breaks the ones that a
 * test says: `proxy.handle("PutSecretValue", onlyNth(2, afterCommit("reset")))`.
 *
 * @param target `http://127.0.0.1:<port>`
 */
export async function startAwsProxy(target: string): Promise<AwsHttpServer> {
  const server = new AwsHttpServer({ origin: (asked) => forward(target, asked) });
  await server.accept();
  return server;
}

/**
 * On a connection of its own: one that was kept could end just then, a fault that nobody asked for. With
 * all headers: a signature covers the host too.
 */
async function forward(target: string, asked: AwsRequest): Promise<AwsAnswer> {
  const { connection: _, ...headers } = asked.headers;
  const outgoing = request(target, { method: "POST", agent: false, headers });
  outgoing.end(asked.body);
  const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const { "transfer-encoding": _chunked, connection: _closed, ...answered } = incoming.headers;
  return { status: incoming.statusCode ?? 502, body: Buffer.concat(chunks), headers: answered };
}
