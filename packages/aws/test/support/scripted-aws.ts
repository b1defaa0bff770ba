import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One request, as the server saw it. */
export interface SeenCall {
  /** `"GetSecretValue"` */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly accessKeyId: string;
  readonly region: string;
  readonly body: string;
}

export type Reply =
  /** The connection ends without an answer. */
  | "reset"
  /** Nothing ever comes. */
  | "hang"
  /** Half of a good answer, and the end. */
  | "half"
  /** 200 with this. */
  | { readonly json: object }
  /** An error of AWS, by its class. */
  | {
      readonly error: string;
      readonly message?: string;
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Anything else. */
  | { readonly status: number; readonly body: string; readonly type?: string };

export interface ScriptedAws {
  readonly endpoint: string;
  readonly calls: readonly SeenCall[];
  /** The operations asked for, in their order. */
  readonly operations: readonly string[];
  /** Connections that are open now. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

/** A server that plays AWS by a script: for what a real emulator cannot be made to show. */
export async function startScriptedAws(
  script: (call: SeenCall, index: number) => Reply | Promise<Reply>,
): Promise<ScriptedAws> {
  const calls: SeenCall[] = [];
  const server = createServer(async (request, response) => {
    const call = await readCall(request);
    calls.push(call);
    const reply = await script(call, calls.length - 1);
    send(response, reply);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    calls,
    get operations() {
      return calls.map(({ operation }) => operation);
    },
    connections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function readCall(request: IncomingMessage): Promise<SeenCall> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  const target = String(request.headers["x-amz-target"] ?? "");
  const scope = /Credential=([^/,]+)\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? "");
  return {
    ...{ operation: target.split(".")[1] ?? "", body },
    ...{ input: JSON.parse(body || "{}") as SeenCall["input"] },
    ...{ accessKeyId: scope?.[1] ?? "", region: scope?.[2] ?? "" },
  };
}

const contentType = "application/x-amz-json-1.1";

function send(response: ServerResponse, reply: Reply): void {
  if (reply === "hang") return;
  if (reply === "reset") return void response.socket?.resetAndDestroy();
  if (reply === "half") {
    response.writeHead(200, { "content-type": contentType, "content-length": 100 });
    response.write('{"SecretString":"hal', () => response.socket?.destroy());
    return;
  }
  if ("json" in reply) {
    response.writeHead(200, { "content-type": contentType });
    response.end(JSON.stringify(reply.json));
  } else if ("error" in reply) {
    const { error, message = "refused", status = 400, headers } = reply;
    response.writeHead(status, {
      "content-type": contentType,
      "x-amzn-errortype": error,
      ...headers,
    });
    response.end(JSON.stringify({ __type: error, message }));
  } else {
    response.writeHead(reply.status, { "content-type": reply.type ?? "text/html" });
    response.end(reply.body);
  }
}

/** What a read answers. */
export function aSecret(text: string, version = "11111111-1111-4111-8111-111111111111"): Reply {
  return {
    json: {
      ...{ ARN: "arn:aws:secretsmanager:us-east-1:123456789012:secret:k-AbCdEf", Name: "k" },
      ...{ SecretString: text, VersionId: version, VersionStages: ["AWSCURRENT"] },
      CreatedDate: 1_700_000_000,
    },
  };
}
