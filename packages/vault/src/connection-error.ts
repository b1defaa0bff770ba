/** Why there is no answer. Says nothing of what was sent. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  /**
   * `refused`: nothing was sent; `tls`: one side does not trust the other; `lost`: the connection
   * ended; `timeout`: nothing came; `malformed`: what came is no answer of Vault's.
   */
  readonly kind: "refused" | "tls" | "lost" | "timeout" | "malformed";
  /** A code of Node's, or a few words. */
  readonly detail: string;

  constructor(kind: ConnectionError["kind"], detail = "") {
    super(kind);
    this.kind = kind;
    this.detail = detail;
  }
}

const refusedCodes: ReadonlySet<string> = new Set([
  ...["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"],
]);
const tlsCodes =
  /^(?:ERR_TLS|ERR_SSL|ERR_OSSL|EPROTO|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_|INVALID_CA)/;

/** Node's own error holds the request, and so does not get out. */
export function toConnectionError({ code = "" }: NodeJS.ErrnoException): ConnectionError {
  if (refusedCodes.has(code)) return new ConnectionError("refused", code);
  return new ConnectionError(tlsCodes.test(code) ? "tls" : "lost", code);
}
