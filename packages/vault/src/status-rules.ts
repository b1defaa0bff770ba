import type { SecretError } from "@llm-orchestrator/secrets-core";

/** What an answer that is no success means. */
export interface Meaning {
  readonly code: ConstructorParameters<typeof SecretError>[0];
  readonly reason?: string;
  readonly detail: string;
  readonly fix?: string;
  /** The same request may succeed in a moment. */
  readonly isTransient?: boolean;
  /** The token was refused, not what it asked for. */
  readonly isBadToken?: boolean;
}

type Rule = readonly [
  status: number | ((status: number) => boolean),
  text: RegExp | undefined,
  meaning: Meaning,
];

const badToken: Meaning = {
  code: "AUTHENTICATION_FAILED",
  reason: "token",
  isBadToken: true,
  detail: "the server does not accept the token: wrong, expired, revoked or used up",
  fix: "Log in by a method that can log in again, or pass a valid token",
};
const notRenewable: Meaning = {
  code: "AUTHENTICATION_FAILED",
  reason: "not-renewable",
  detail: "the server does not renew the token",
  fix: "Log in by a method that can log in again, or pass another token before this one ends",
};
export const replicaBehind: Meaning = {
  code: "BACKEND_UNAVAILABLE",
  reason: "replica-behind",
  isTransient: true,
  detail: "the node has not caught up",
};
export const serverFailed: Meaning = {
  code: "BACKEND_UNAVAILABLE",
  reason: "server",
  isTransient: true,
  detail: "the server failed",
};
export const throttled: Meaning = {
  code: "THROTTLED",
  isTransient: true,
  detail: "the server takes no more requests for now",
};

/** Tried in order; the first that fits counts. Facts: OpenBao 2.7.2, HashiCorp's documentation. */
export const rules: readonly Rule[] = [
  [
    400,
    /check-and-set parameter did not match/,
    { code: "CONFLICT", detail: "another version is current" },
  ],
  [
    400,
    /check-and-set parameter required/,
    {
      code: "CONFLICT",
      reason: "cas-required",
      detail: "the mount takes writes with a version only",
      fix: "Pass expectedVersion",
    },
  ],
  [
    400,
    /[Uu]pgrading from non-versioned/,
    {
      code: "BACKEND_UNAVAILABLE",
      reason: "upgrading",
      isTransient: true,
      detail: "the mount prepares itself",
    },
  ],
  [400, /not renewable|invalid lease ID|batch tokens cannot be renewed/, notRenewable],
  [400, /missing client token/, badToken],
  [
    400,
    /HTTP request to an HTTPS server/,
    {
      code: "CONFIGURATION",
      reason: "tls",
      detail: "the server speaks TLS",
      fix: "Use https:// in the address",
    },
  ],
  // OpenBao counts what the JSON of a request is made of, beside its bytes.
  [
    400,
    /refused JSON input/,
    {
      code: "INVALID_SECRET",
      reason: "too-large",
      detail: "the server takes no map of so many entries",
      fix: "Put the object as text, without map, or in parts",
    },
  ],
  // OpenBao says just this; Vault "2 errors occurred" with "invalid token" among them.
  [403, /^permission denied$|invalid token|bad token/, badToken],
  // "1 error occurred: permission denied" for a path, a sentence for a mount, and what is unknown: to
  // log in again for that would be a login for every call.
  [
    403,
    undefined,
    {
      code: "PERMISSION_DENIED",
      detail: "the policies of the token do not allow it",
      fix: "See the permissions in the README of secrets-vault",
    },
  ],
  [
    404,
    /no handler for route|route entry not found|unsupported path/,
    {
      code: "CONFIGURATION",
      reason: "mount",
      detail: "nothing answers at that path",
      fix: "Check mountPath (and the namespace)",
    },
  ],
  [
    404,
    /namespace not found/,
    {
      code: "CONFIGURATION",
      reason: "namespace",
      detail: "there is no such namespace",
      fix: "Check namespace",
    },
  ],
  [
    405,
    undefined,
    {
      code: "CONFIGURATION",
      reason: "kv-version",
      detail: "the mount does not know this operation",
      fix: "Check kvVersion and mountPath",
    },
  ],
  [412, undefined, replicaBehind],
  [
    413,
    undefined,
    {
      code: "INVALID_SECRET",
      reason: "too-large",
      detail: "the server takes no entry of that size",
    },
  ],
  [
    429,
    /quota exceeded/,
    { code: "THROTTLED", detail: "a rate limit quota of the server is used up", isTransient: true },
  ],
  [500, /past the max TTL/, notRenewable],
  [
    503,
    /sealed/i,
    {
      code: "BACKEND_UNAVAILABLE",
      reason: "sealed",
      detail: "the server is sealed",
      fix: "Unseal it",
    },
  ],
  [
    (status) => status >= 500 || status === 472 || status === 473,
    /not active|no leader|active cluster node not found|not initialized/i,
    {
      code: "BACKEND_UNAVAILABLE",
      reason: "no-leader",
      isTransient: true,
      detail: "the cluster has no active node",
    },
  ],
  [(status) => status >= 500, undefined, serverFailed],
  [
    (status) => status >= 300 && status < 400,
    undefined,
    {
      code: "CONFIGURATION",
      reason: "redirect",
      detail: "the server redirects elsewhere; a token is sent to the address only",
      fix: "Set address to where it points, such as the active node",
    },
  ],
];
