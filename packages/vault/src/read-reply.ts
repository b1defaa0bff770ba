import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { ConnectionError } from "./connection-error.js";
import { parseJson } from "./exact-json.js";

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The parsed JSON; `undefined` for an empty body. */
  readonly body: unknown;
}

/** Longest answer, in bytes: far above a KV entry and a page of keys. */
const maxAnswerBytes = 64 * 1024 * 1024;

/** @throws ConnectionError for what is cut off, too long, or no answer of Vault's. */
export async function readReply(message: IncomingMessage): Promise<Reply> {
  const text = await readText(message);
  const { statusCode: status = 0, headers } = message;
  return { status, headers, body: parse(text, status) };
}

function readText(message: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const cutOff = () => reject(new ConnectionError("malformed", "cut off"));
    message.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size <= maxAnswerBytes) return;
      message.destroy();
      reject(new ConnectionError("malformed", "too long"));
    });
    message.on("error", cutOff);
    message.on("end", () => {
      if (message.complete) resolve(join(chunks));
      else cutOff();
    });
    message.on("close", () => {
      if (!message.complete) cutOff(); // an error is not for nothing
    });
  });
}

/** Most answers come in one piece. */
function join(chunks: readonly Buffer[]): string {
  const [first] = chunks;
  return chunks.length === 1 && first ? first.toString() : Buffer.concat(chunks).toString();
}

/**
 * What is no JSON comes from somebody in between, who has no say on what is there and what is allowed.
 * Only of failures and redirects the status alone is enough.
 */
function parse(text: string, status: number): unknown {
  if (text.trim() === "") return undefined;
  try {
    return parseJson(text);
  } catch {
    if (/HTTP request to an HTTPS server/.test(text)) {
      throw new ConnectionError("tls", "the server speaks TLS: use https");
    }
    if (status >= 500 || status === 429 || (status >= 300 && status < 400)) return undefined;
    throw new ConnectionError("malformed", "no JSON");
  }
}
