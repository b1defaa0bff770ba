import { SecretError, type SecretErrorCode } from "@llm-orchestrator/secrets-core";

interface Meaning {
  readonly code: SecretErrorCode;
  /** Finer than the code, stable, kebab-case. */
  readonly reason: string;
  /** What happened, and what to do next: words of your own, never the service's. */
  readonly detail: string;
  readonly fix: string;
}

const server: Meaning = {
  code: "BACKEND_UNAVAILABLE",
  reason: "server",
  detail: "My Service cannot answer now",
  fix: "Look at its status page, then try again",
};

const otherAddress: Meaning = {
  code: "CONFIGURATION",
  reason: "address",
  detail: "what answers at the address is not the API of My Service",
  fix: "Correct the address",
};

/** What each status means. One that is not here is `UNKNOWN`, and never `NOT_FOUND`. */
export const meanings: Readonly<Record<number, Meaning>> = {
  301: otherAddress,
  302: otherAddress,
  307: otherAddress,
  308: otherAddress,
  401: {
    code: "AUTHENTICATION_FAILED",
    reason: "token",
    detail: "My Service does not know the token",
    fix: "Pass one that is valid and has not expired",
  },
  403: {
    code: "PERMISSION_DENIED",
    reason: "token-rights",
    detail: "the token may not do this",
    fix: "Grant it access to the key, or pass another one",
  },
  404: otherAddress, // the client has seen to those that are about a secret
  408: server,
  409: {
    code: "CONFLICT",
    reason: "version",
    detail: "another version is current",
    fix: "Read the secret again and repeat the change on what it holds now",
  },
  413: {
    code: "INVALID_SECRET",
    reason: "too-large",
    detail: "the value is longer than My Service keeps",
    fix: "Store less, or split it",
  },
  429: {
    code: "THROTTLED",
    reason: "rate-limit",
    detail: "too many requests for this token",
    fix: "Read less often (a cache helps), or ask for a higher limit",
  },
  500: server,
  502: server,
  503: server,
  504: server,
};

/** Where one status means several things: by status and the code in the body. Others stay with their status. */
export const codeMeanings: ReadonlyMap<string, Meaning> = new Map([
  [
    "403 token-expired",
    {
      code: "AUTHENTICATION_FAILED",
      reason: "token-expired",
      detail: "the token has expired",
      fix: "Pass a new one",
    },
  ],
]);

/** @param answerCode What the body says. Looked up and never shown: it may hold anything. */
export function statusError(status: number, answerCode?: string): SecretError {
  const meaning =
    codeMeanings.get(`${status} ${answerCode}`) ??
    (Object.hasOwn(meanings, status) ? meanings[status] : undefined);
  if (meaning) return new SecretError(meaning.code, meaning);
  return new SecretError("UNKNOWN", {
    reason: `status-${status}`,
    detail: `My Service answered with the status ${status}, of which nothing is known here`,
  });
}

/** Codes that say that one side does not trust the other: waiting mends none of them. */
const tlsCode = /^(?:ERR_TLS|ERR_SSL|EPROTO|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED)/;

/** No answer came. Of `cause` core keeps a name and a code: the rest may hold the request. */
export function connectionError(error: unknown, isTimeout: boolean): SecretError {
  const { cause = error } = Object(error) as { cause?: unknown };
  const { code } = Object(cause) as { code?: unknown };
  if (typeof code === "string" && tlsCode.test(code)) {
    return new SecretError("CONFIGURATION", {
      ...{ reason: "tls", cause },
      detail: "the certificate of My Service is not trusted here",
      fix: "Add its authority to NODE_EXTRA_CA_CERTS, or correct the address",
    });
  }
  return new SecretError("BACKEND_UNAVAILABLE", {
    ...{ reason: isTimeout ? "timeout" : "network", cause },
    detail: `My Service ${isTimeout ? "did not answer in time" : "cannot be reached"}`,
    fix: "Check the address and the network, or raise timeoutMs",
  });
}

/** An answer that is none: of a proxy, or of a version of the API that is not known here. */
export function malformed(): SecretError {
  return new SecretError("UNKNOWN", {
    reason: "malformed",
    detail: "the answer of My Service is not what its API promises",
    fix: "Check that the address is that of its API",
  });
}
