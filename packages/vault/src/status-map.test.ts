import { expect, test } from "vitest";
import { meaningOf } from "./status-map.js";

const deleted = { metadata: { deletion_time: "2026-01-01T00:00:00Z", destroyed: false } };
const destroyed = { metadata: { deletion_time: "", destroyed: true } };
const denied = "1 error occurred:\n\t* permission denied\n\n";
const preflight = 'preflight capability check returned 403, please ensure … path "secret/"';
const invalidToken = "2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n";
const noRoute = 'no handler for route "kv/data/a". route entry not found.';
const noLeader = "local node not active but active cluster node not found";
const quota = 'request path "secret/data/a": rate limit quota exceeded';
const casMismatch = "check-and-set parameter did not match the current version";
const casRequired = "check-and-set parameter required for this call";
const upgrading = "Upgrading from non-versioned to versioned data. This backend will be …";
const complex = "refused JSON input due to high complexity";
const plainHttp = "Client sent an HTTP request to an HTTPS server.\n";
const pastMax = "1 error occurred:\n\t* past the max TTL, cannot renew\n\n";

type Row = readonly [
  status: number,
  answer: string | object | undefined,
  code: string,
  reason?: string | undefined,
  flag?: Flags,
];
type Flags = "transient" | "bad token" | "";

/** What servers answer, and what it means. */
const table: readonly Row[] = [
  [200, undefined, ""],
  [204, undefined, ""],
  [307, undefined, "CONFIGURATION", "redirect"],
  [400, casMismatch, "CONFLICT"],
  [400, casRequired, "CONFLICT", "cas-required"],
  [400, upgrading, "BACKEND_UNAVAILABLE", "upgrading", "transient"],
  [400, "lease is not renewable", "AUTHENTICATION_FAILED", "not-renewable"],
  [400, "invalid lease ID", "AUTHENTICATION_FAILED", "not-renewable"],
  [400, "batch tokens cannot be renewed", "AUTHENTICATION_FAILED", "not-renewable"],
  [400, "missing client token", "AUTHENTICATION_FAILED", "token", "bad token"],
  [400, plainHttp, "CONFIGURATION", "tls"],
  [400, complex, "INVALID_SECRET", "too-large"],
  [400, "something else", "UNKNOWN", "status-400"],
  [403, "permission denied", "AUTHENTICATION_FAILED", "token", "bad token"],
  [403, invalidToken, "AUTHENTICATION_FAILED", "token", "bad token"],
  [403, denied, "PERMISSION_DENIED"],
  [403, preflight, "PERMISSION_DENIED"],
  [403, "namespace not authorized", "PERMISSION_DENIED"],
  [403, undefined, "PERMISSION_DENIED"],
  [404, undefined, "NOT_FOUND", "absent"],
  [404, { data: { data: null, ...deleted } }, "NOT_FOUND", "deleted"],
  [404, { data: { data: null, ...destroyed } }, "NOT_FOUND", "destroyed"],
  [404, noRoute, "CONFIGURATION", "mount"],
  [404, "unsupported path", "CONFIGURATION", "mount"],
  [404, "namespace not found", "CONFIGURATION", "namespace"],
  [405, "unsupported operation", "CONFIGURATION", "kv-version"],
  [412, undefined, "BACKEND_UNAVAILABLE", "replica-behind", "transient"],
  [413, "request body too large", "INVALID_SECRET", "too-large"],
  [418, undefined, "UNKNOWN", "status-418"],
  [429, quota, "THROTTLED", undefined, "transient"],
  [429, undefined, "THROTTLED", undefined, "transient"],
  [429, "too many requests", "THROTTLED", undefined, "transient"],
  [472, noLeader, "BACKEND_UNAVAILABLE", "no-leader", "transient"],
  [473, undefined, "UNKNOWN", "status-473"],
  [500, pastMax, "AUTHENTICATION_FAILED", "not-renewable"],
  [500, noLeader, "BACKEND_UNAVAILABLE", "no-leader", "transient"],
  [500, "internal error", "BACKEND_UNAVAILABLE", "server", "transient"],
  [502, undefined, "BACKEND_UNAVAILABLE", "server", "transient"],
  [503, "Vault is sealed", "BACKEND_UNAVAILABLE", "sealed"],
  [503, undefined, "BACKEND_UNAVAILABLE", "server", "transient"],
];

test.for(table)("%i %j is %s %s %s", ([status, answer, code, reason, flag = ""]) => {
  const body = typeof answer === "string" ? { errors: [answer] } : (answer ?? { errors: [] });
  const meaning = meaningOf({ status, headers: {}, body });
  expect(meaning?.code ?? "").toBe(code);
  expect(meaning?.reason).toBe(reason);
  expect(meaning?.isTransient === true).toBe(flag === "transient");
  expect(meaning?.isBadToken === true).toBe(flag === "bad token");
});

test("a 429 that says nothing is a node that lags behind what the request names, and only that", () => {
  const of = (body: unknown, hasIndex: boolean) =>
    meaningOf({ status: 429, headers: {}, body }, hasIndex);
  expect(of({ errors: [] }, true)).toMatchObject({ reason: "replica-behind", isTransient: true });
  expect(of({ errors: [] }, false)?.code).toBe("THROTTLED");
  expect(of({ errors: [quota] }, true)?.code).toBe("THROTTLED");
  expect(of({ errors: ["too many requests"] }, true)?.code).toBe("THROTTLED");
  for (const hasIndex of [true, false]) {
    // Not Vault's: somebody in between, who has no say on what its nodes know.
    expect(of(undefined, hasIndex)).toMatchObject({
      code: "BACKEND_UNAVAILABLE",
      reason: "server",
    });
  }
});

test("a body that is no Vault's counts for its status alone", () => {
  for (const body of [
    undefined,
    null,
    "text",
    [],
    { errors: "permission denied" },
    { errors: [7] },
  ]) {
    expect(meaningOf({ status: 403, headers: {}, body })?.code).toBe("PERMISSION_DENIED");
    expect(meaningOf({ status: 404, headers: {}, body })?.reason).toBe("absent");
  }
});

test("V29: only a text that speaks of the token is the token's fault", () => {
  for (const errors of [[denied], [preflight], ["permission denied", "for a reason"], []]) {
    expect(meaningOf({ status: 403, headers: {}, body: { errors } })?.isBadToken).toBeUndefined();
  }
});
