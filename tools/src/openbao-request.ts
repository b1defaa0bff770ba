import { request } from "node:http";
import { text } from "node:stream/consumers";

/** What a server answered; `body` is the parsed JSON, `undefined` where there was none. */
export interface OpenBaoReply<Body> {
  readonly status: number;
  readonly body: Body;
}

export interface OpenBaoRequest {
  readonly address: string;
  readonly method: string;
  /** Without `/v1/`: `secret/data/team/key`. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Long enough for a slow initialisation, short enough for a test that waits for a frozen server. */
const timeoutMs = 20_000;

/** One request on a connection of its own, so that nothing is left of a server that was killed. */
export async function sendToOpenBao<Body>(asked: OpenBaoRequest): Promise<OpenBaoReply<Body>> {
  const { address, method, path, body, headers } = asked;
  const sent = body === undefined ? undefined : JSON.stringify(body);
  const length = sent === undefined ? {} : { "content-length": Buffer.byteLength(sent) };
  const outgoing = request(`${address}/v1/${path}`, {
    ...{ method, agent: false, headers: { ...headers, ...length } },
    signal: AbortSignal.timeout(timeoutMs),
  });
  return new Promise((resolve, reject) => {
    outgoing.once("error", reject).once("response", (response) => {
      const read = text(response).then((json) => ({
        status: response.statusCode ?? 0,
        body: (json === "" ? undefined : JSON.parse(json)) as Body,
      }));
      read.then(resolve, reject);
    });
    outgoing.end(sent);
  });
}
