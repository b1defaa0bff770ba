import type { IncomingHttpHeaders, IncomingMessage } from "node:http";

/** One request that the server got. Printing it shows no key. */
export interface LlmRequest {
  readonly method: string;
  readonly path: string;
  /** Without the key: its header reads `[redacted]`. */
  readonly headers: Readonly<IncomingHttpHeaders>;
  /** The header that carried the key, in lower case. */
  readonly keyHeader: string | undefined;
  /** The key as sent, for tests to compare. Not enumerable. */
  readonly key: string | undefined;
  /** The body as text. */
  readonly body: string;
  readonly streams: boolean;
  readonly model: string;
  /** What was answered; 0 for a connection that was dropped. */
  status: number;
}

const bearer = /^Bearer /i;
const keyHeaders = ["authorization", "x-api-key", "api-key", "x-goog-api-key"] as const;

export async function readRequest(incoming: IncomingMessage): Promise<LlmRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  const { model = "sample", stream } = parse(body);
  const { headers, method = "GET", url = "/" } = incoming;
  const keyHeader = keyHeaders.find((name) => headers[name] !== undefined);
  const sent = keyHeader && String(headers[keyHeader]).replace(bearer, "");
  const request = {
    ...{ method, path: url, keyHeader, body, model, streams: stream === true, status: 0 },
    headers: redact(headers),
  };
  return Object.defineProperty(request, "key", { value: sent }) as typeof request & {
    key: string | undefined;
  };
}

function redact(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const hidden = keyHeaders.filter((name) => headers[name] !== undefined);
  return { ...headers, ...Object.fromEntries(hidden.map((name) => [name, "[redacted]"])) };
}

function parse(body: string): { model?: string; stream?: unknown } {
  try {
    return (JSON.parse(body) ?? {}) as object;
  } catch {
    return {}; // a form, or no body at all
  }
}
