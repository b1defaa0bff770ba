import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { OpenBaoServer } from "secrets-tools/openbao";

/** A request as the server sees it. */
export interface SeenRequest {
  readonly method: string;
  /** Without `/v1/`. */
  readonly path: string;
  readonly token: string | undefined;
  readonly namespace: string | undefined;
  readonly body: unknown;
}

/** `"drop"`: the connection ends without an answer; `"hang"`: nothing comes. */
export type Answer = { readonly status: number; readonly body?: unknown } | "drop" | "hang";

export interface ScriptedVault {
  readonly address: string;
  /** All of them, in order. */
  readonly requests: readonly SeenRequest[];
  /** How often such a path was asked for. */
  count(path: RegExp): number;
  stop(): Promise<void>;
}

/** A server whose every answer the test decides. */
export async function startScriptedVault(
  answer: (request: SeenRequest) => Answer | Promise<Answer>,
): Promise<ScriptedVault> {
  const requests: SeenRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const request = await see(incoming);
    requests.push(request);
    // A server behind it that has ended drops its connections too.
    reply(response, await Promise.resolve(answer(request)).catch((): Answer => "drop"));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    count: (path) => requests.filter((request) => path.test(request.path)).length,
    stop: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/**
 * A real server behind a scripted one, which counts what passes. `intercept` may answer in its place,
 * or hold a request back.
 */
export function startRecordingProxy(
  server: Pick<OpenBaoServer, "request">,
  intercept: (request: SeenRequest) => Answer | undefined | Promise<Answer | undefined> = () =>
    undefined,
): Promise<ScriptedVault> {
  return startScriptedVault(async (request) => {
    const { method, path, body, token = "", namespace } = request;
    const headers = {
      "x-vault-token": token,
      ...(namespace && { "x-vault-namespace": namespace }),
    };
    return (await intercept(request)) ?? server.request(method, path, body, headers);
  });
}

async function see(incoming: IncomingMessage): Promise<SeenRequest> {
  const { method = "", url = "", headers } = incoming;
  const body = await text(incoming);
  const one = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);
  return {
    ...{ method, path: url.slice("/v1/".length), token: one(headers["x-vault-token"]) },
    namespace: one(headers["x-vault-namespace"]),
    body: body === "" ? undefined : JSON.parse(body),
  };
}

function reply(response: ServerResponse, answer: Answer): void {
  if (answer === "hang") return;
  if (answer === "drop") {
    response.destroy();
    return;
  }
  response.writeHead(answer.status, { "content-type": "application/json" });
  response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
}
