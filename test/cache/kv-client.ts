import { Agent, request } from "node:http";
import { text } from "node:stream/consumers";
import { type SecretAbortSignal, SecretError } from "@llm-orchestrator/secrets-core";

export interface KvClientOptions {
  /** `http://127.0.0.1:<port>` */
  readonly address: string;
  readonly token: string;
  /** Of one request, from its start to the end of its answer. Default 2,000. */
  readonly timeoutMs?: number;
}

export interface KvRequest {
  readonly method: "GET" | "POST" | "DELETE";
  /** Without `/v1/`. */
  readonly path: string;
  readonly body?: object;
  readonly signal: SecretAbortSignal | undefined;
}

export interface KvReply<Body> {
  readonly status: number;
  /** Of a 404 too: it says whether the version was deleted. */
  readonly body: Body;
}

/** The little of HTTP that a test's store needs: kept connections, a timeout, typed failures. */
export class KvClient {
  readonly #options: Required<KvClientOptions>;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(options: KvClientOptions) {
    this.#options = { timeoutMs: 2_000, ...options };
  }

  /** Resolves with a success or a 404. */
  async send<Body>(asked: KvRequest): Promise<KvReply<Body>> {
    const { status, body } = await this.#exchange(asked);
    if (status < 300 || status === 404) return { status, body: parse(body) as Body };
    throw failureOf(status, body);
  }

  close(): void {
    this.#agent.destroy();
  }

  #exchange({ method, path, body, signal }: KvRequest): Promise<KvReply<string>> {
    const { address, token, timeoutMs } = this.#options;
    const sent = body && JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const outgoing = request(`${address}/v1/${path}`, {
        ...{ method, agent: this.#agent },
        headers: { "x-vault-token": token, "content-length": Buffer.byteLength(sent ?? "") },
      });
      const end = (reason: string) => {
        reject(new SecretError("BACKEND_UNAVAILABLE", { reason }));
        outgoing.destroy();
      };
      const onAbort = () => end("cancelled"); // whoever cancelled has the signal's own reason
      const timer = setTimeout(end, timeoutMs, "timeout");
      signal?.addEventListener("abort", onAbort);
      outgoing
        .on("error", () => end("connection"))
        .once("close", () => {
          clearTimeout(timer);
          signal?.removeEventListener("abort", onAbort);
        })
        .once("response", (response) => {
          text(response).then(
            (answer) => resolve({ status: response.statusCode ?? 0, body: answer }),
            () => end("connection"),
          );
        })
        .end(sent);
    });
  }
}

function parse(body: string): unknown {
  return body === "" ? undefined : JSON.parse(body);
}

/** Nothing of the answer is repeated: a server may echo what it was sent. */
function failureOf(status: number, body: string): SecretError {
  if (status === 403) return new SecretError("PERMISSION_DENIED");
  if (status === 400 && body.includes("check-and-set")) return new SecretError("CONFLICT");
  if (status < 500) return new SecretError("UNKNOWN", { detail: `status ${status}` });
  const reason = status === 503 ? "sealed" : "server";
  return new SecretError("BACKEND_UNAVAILABLE", { reason, detail: `status ${status}` });
}
