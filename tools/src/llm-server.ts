import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type ApiShape, chatCompletions, messages, responses } from "./llm/api-shape.ts";
import { cohereChat } from "./llm/cohere.ts";
import { generateContent, streamGenerateContent } from "./llm/gemini.ts";
import { type LlmRequest, readRequest } from "./llm/request-log.ts";

export type { LlmRequest } from "./llm/request-log.ts";

/** What the next request gets in place of an answer, whatever its key is. */
export interface LlmFailure {
  /** An HTTP status, or `"drop"` to cut the connection without one. */
  readonly status: number | "drop";
  readonly message?: string;
  /** Such as `retry-after` or `x-should-retry`. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface LlmServerOptions {
  /** The keys that are valid at the start. */
  readonly keys?: Iterable<string>;
  /** What the model answers. Default `"Hello from a sample model."` */
  readonly answer?: string;
}

/** A model server on this machine that speaks like OpenAI, Anthropic, Gemini and Cohere. */
export interface LlmServer {
  /** `http://127.0.0.1:<port>`, to which SDKs add `/v1` (OpenAI wants it in its base URL). */
  readonly url: string;
  readonly port: number;
  /** The valid keys. Change them to rotate: the next request sees it. */
  readonly keys: Set<string>;
  /** What came in, oldest first. */
  readonly requests: LlmRequest[];
  /** Taken from the front, one a request. */
  readonly failures: LlmFailure[];
  /** A refusal repeats the key that was sent, as careless gateways do. Default false. */
  echoesKey: boolean;
  /** Where every request is sent on to instead of being answered. */
  redirect: { readonly location: string; readonly status?: number } | undefined;
  /** `x-should-retry` of a refusal. */
  shouldRetry: boolean | undefined;
  /** Awaited before each event of a stream: a test can hold one open. */
  beforeEvent: ((index: number) => unknown) | undefined;
  close(): Promise<void>;
}

const shapes: readonly [path: RegExp, shape: ApiShape][] = [
  [/\/chat\/completions$/, chatCompletions],
  [/\/responses$/, responses],
  [/\/messages$/, messages],
  [/\/v2\/chat$/, cohereChat],
  [/:generateContent$/, generateContent],
  [/:streamGenerateContent$/, streamGenerateContent],
];

/** Starts it on a free port of the loopback interface. */
export async function startLlmServer(options: LlmServerOptions = {}): Promise<LlmServer> {
  const server = createServer((incoming, response) => {
    readRequest(incoming)
      .then((request) => respond(llm, request, response, options.answer))
      .catch(() => response.destroy()); // the client went away
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const llm: LlmServer = {
    ...{ url: `http://127.0.0.1:${port}`, port, keys: new Set(options.keys ?? []) },
    ...{ requests: [], failures: [], echoesKey: false },
    ...{ redirect: undefined, shouldRetry: undefined, beforeEvent: undefined },
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return llm;
}

async function respond(
  llm: LlmServer,
  request: LlmRequest,
  response: ServerResponse,
  answer = "Hello from a sample model.",
): Promise<void> {
  llm.requests.push(request);
  const path = new URL(request.path, llm.url).pathname;
  const shape = shapes.find(([pattern]) => pattern.test(path))?.[1];
  const refuse = (status: number, message: string, headers: object = {}) =>
    send(request, response, status, (shape ?? chatCompletions).error(status, message), headers);

  if (llm.redirect) {
    const { location, status = 307 } = llm.redirect;
    return refuse(status, "moved", { location });
  }
  const failure = llm.failures.shift();
  if (failure?.status === "drop") return void response.socket?.resetAndDestroy();
  if (failure) return refuse(failure.status, failure.message ?? "planned failure", failure.headers);
  if (request.key === undefined || !llm.keys.has(request.key)) {
    const { shouldRetry } = llm;
    const echo = llm.echoesKey ? `: ${request.key}` : "";
    const headers = shouldRetry === undefined ? {} : { "x-should-retry": String(shouldRetry) };
    const message = `Incorrect API key provided${echo}`;
    if (!shape?.refusal) return refuse(401, message, headers);
    return send(request, response, shape.refusal.status, shape.refusal.body(message), headers);
  }
  if (request.method !== "POST" || !shape) return refuse(404, "no such endpoint");
  if (request.streams || shape.streams) return stream(llm, request, response, shape, answer);
  return send(request, response, 200, shape.answer(request.model, answer));
}

function send(
  request: LlmRequest,
  response: ServerResponse,
  status: number,
  body: object,
  headers: object = {},
): void {
  request.status = status;
  response.writeHead(status, { "content-type": "application/json", ...ids, ...headers });
  response.end(JSON.stringify(body));
}

async function stream(
  llm: LlmServer,
  request: LlmRequest,
  response: ServerResponse,
  shape: ApiShape,
  answer: string,
): Promise<void> {
  request.status = 200;
  response.writeHead(200, { "content-type": "text/event-stream", ...ids });
  const events = shape.events(request.model, answer.match(/\S+\s*/g) ?? []);
  for (const [index, { event, data }] of events.entries()) {
    await llm.beforeEvent?.(index);
    const text = typeof data === "string" ? data : JSON.stringify(data);
    response.write(`${event ? `event: ${event}\n` : ""}data: ${text}\n\n`);
  }
  response.end();
}

/** OpenAI's header and Anthropic's. */
const ids = { "x-request-id": "req_1", "request-id": "req_1" };
