/** What is kept of a third party's error: enough to search for, nothing that can hold a value. */
export interface ScrubbedCause {
  readonly name: string;
  /** A system or library code such as `"ECONNREFUSED"`. */
  readonly code?: string;
  /** An HTTP status between 100 and 599. */
  readonly status?: number;
}

const safeName = /^[A-Z][A-Za-z]{0,40}(?:Error|Exception)$/;
const safeCode = /^(?:E[A-Z]{2,20}|(?:ERR|UND_ERR|CERT|UNABLE_TO|DEPTH|SELF_SIGNED)_[A-Z_]{2,60})$/;

/**
 * A cause that is safe to attach: an error of ours as it is, of anything else an allow-list.
 * Third-party errors hold requests, tokens and bodies, and their messages quote them.
 */
export function scrubCause<T>(
  cause: unknown,
  isOurs: (error: unknown) => error is T,
): T | ScrubbedCause | undefined {
  if (cause === undefined || cause === null) return undefined;
  if (isOurs(cause)) return cause;
  const name = read(cause, "name");
  const code = read(cause, "code");
  const status = read(cause, "status") ?? read(cause, "statusCode");
  return Object.freeze({
    name: typeof name === "string" && safeName.test(name) ? name : "Error",
    ...(typeof code === "string" && safeCode.test(code) && { code }),
    ...(typeof status === "number" && status >= 100 && status <= 599 && { status }),
  });
}

function read(subject: unknown, property: string): unknown {
  try {
    return (subject as Record<string, unknown>)[property];
  } catch {
    return undefined; // a getter of a third party that throws
  }
}
