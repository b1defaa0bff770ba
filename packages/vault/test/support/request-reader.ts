/** A request as it went over the wire. */
export interface LoggedRequest {
  readonly method: string;
  /** Without `/v1/`, still encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Finds the requests in what one connection carries. Node's own HTTP server refuses LIST and SCAN. */
export class RequestReader {
  readonly #onRequest: (request: LoggedRequest, bytes: Buffer) => void;
  #bytes = Buffer.alloc(0);

  constructor(onRequest: (request: LoggedRequest, bytes: Buffer) => void) {
    this.#onRequest = onRequest;
  }

  read(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    for (;;) {
      const headEnd = this.#bytes.indexOf("\r\n\r\n");
      if (headEnd < 0) return;
      const [line = "", ...lines] = this.#bytes
        .subarray(0, headEnd)
        .toString("latin1")
        .split("\r\n");
      const headers = Object.fromEntries(lines.map(toHeader));
      const end = headEnd + 4 + Number(headers["content-length"] ?? 0);
      if (this.#bytes.length < end) return;
      const body = this.#bytes.subarray(headEnd + 4, end).toString();
      const all = this.#bytes.subarray(0, end);
      this.#bytes = this.#bytes.subarray(end);
      const [method = "", target = ""] = line.split(" ");
      this.#onRequest({ method, path: target.replace(/^\/v1\//, ""), headers, body }, all);
    }
  }
}

function toHeader(line: string): [string, string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}
