import { SecretError } from "@llm-orchestrator/secrets-core";
import { malformed } from "./malformed.js";
import { type Meaning, toError } from "./status-map.js";
import { bodyOf, record } from "./vault-reply.js";
import type { Outcome, VaultSession } from "./vault-session.js";

/** The part of a session that logins and renewals use. */
export type Sender = Pick<VaultSession, "send">;

/** A token and what is known of its life. */
export interface Lease {
  readonly token: string;
  /** From `obtainedAt`. 0: it does not end by itself; `undefined`: nobody has asked. */
  readonly ttlSeconds: number | undefined;
  /** May be renewed without a loss: a renewal is one of the uses of a token that counts them. */
  readonly isRenewable: boolean;
  /** Requests that it is good for. 0: any number. */
  readonly uses: number;
  /** `performance.now()` from before it was asked for, so that ours ends before the server's. */
  readonly obtainedAt: number;
  /** This store logged in for it, and may revoke it. */
  readonly isOwn: boolean;
  /** Until its maximum life is over, which no renewal goes beyond. Absent: there is none, or none known. */
  readonly mostSeconds?: number;
}

export type KnownLease = Lease & { readonly ttlSeconds: number };

/** A token that came from elsewhere. */
export function handed(token: string): Lease {
  return {
    ...{ token, ttlSeconds: undefined, isRenewable: false, uses: 0, isOwn: false },
    obtainedAt: performance.now(),
  };
}

/** The token in a login's or a renewal's answer. */
export function toLease(outcome: Outcome, obtainedAt: number, known?: Lease): KnownLease {
  if (outcome.meaning || !outcome.reply) throw failed(outcome);
  const auth = record(bodyOf(outcome.reply).auth);
  if (known === undefined && auth.mfa_requirement && !auth.client_token) throw secondFactor();
  const { lease_duration: ttl, renewable, num_uses: uses } = auth;
  const token = auth.client_token || known?.token;
  if (typeof token !== "string" || token === "") throw malformed("a token");
  if (known !== undefined && typeof ttl !== "number") throw malformed("how long it lives");
  const life = lifeOf({ ttl, renewable, uses, ends: known !== undefined });
  return { ...life, token, obtainedAt, isOwn: known?.isOwn ?? true };
}

/** What the server says of a token that it was asked about. */
export function toLookedUp(outcome: Outcome, obtainedAt: number, token: string): KnownLease {
  if (outcome.meaning || !outcome.reply) throw failed(outcome);
  const data = record(bodyOf(outcome.reply).data);
  const { ttl, renewable, num_uses: uses } = data;
  const life = lifeOf({ ttl, renewable, uses, ends: typeof data.expire_time === "string" });
  const mostSeconds = mostSecondsOf(data);
  const most = mostSeconds === undefined ? {} : { mostSeconds };
  return { ...life, ...most, token, obtainedAt, isOwn: false };
}

/** By the server's clock alone: what is left of the life that it gave ends at `expire_time`. */
function mostSecondsOf(data: Readonly<Record<string, unknown>>): number | undefined {
  const { ttl, expire_time, creation_time, explicit_max_ttl: most } = data;
  const endsAt = typeof expire_time === "string" ? Date.parse(expire_time) / 1_000 : Number.NaN;
  if (typeof ttl !== "number" || typeof creation_time !== "number" || Number.isNaN(endsAt)) {
    return undefined;
  }
  if (typeof most !== "number" || most <= 0) return undefined;
  return Math.max(0, creation_time + most - (endsAt - ttl));
}

/** The server gives whole seconds: 0 is also the last one of a token that ends. */
const lastSecond = 0.5;

function lifeOf(said: { ttl: unknown; renewable: unknown; uses: unknown; ends: boolean }) {
  const uses = typeof said.uses === "number" && said.uses > 0 ? said.uses : 0;
  const ttl = typeof said.ttl === "number" && said.ttl > 0 ? said.ttl : 0;
  const ttlSeconds = ttl === 0 && said.ends ? lastSecond : ttl;
  return { ttlSeconds, uses, isRenewable: said.renewable === true && uses === 0 };
}

/** Two thirds of its life, and up to a thirtieth more, so that a fleet does not come at once. */
export function dueInMs({ ttlSeconds = 0 }: Lease): number {
  return ttlSeconds * 1_000 * (2 / 3 + Math.random() / 30);
}

export const longestRetryMs = 60_000;
const shortestRetryMs = 200;

/** A fifth of what is left, so that there are several tries before the end. */
export function retryInMs(lease: Lease): number {
  const delayMs = secondsLeft(lease) * 200;
  const jitter = 0.75 + Math.random() / 4;
  return Math.min(longestRetryMs, Math.max(shortestRetryMs, delayMs)) * jitter;
}

export function secondsLeft({ ttlSeconds = 0, obtainedAt }: Lease): number {
  return ttlSeconds - (performance.now() - obtainedAt) / 1_000;
}

export function isOver(lease: Lease): boolean {
  return Boolean(lease.ttlSeconds) && secondsLeft(lease) <= 0;
}

/** Its last seventh: time to log in, whatever a renewal might still bring. */
export function endsSoon(lease: Lease): boolean {
  return Boolean(lease.ttlSeconds) && secondsLeft(lease) < (lease.ttlSeconds ?? 0) / 7;
}

/**
 * Time to say that nothing replaces it: while there are days left, a login that fails is no news yet. The
 * last minute counts as the end however short its life is.
 */
export function isNearEnd(lease: Lease): boolean {
  return endsSoon(lease) || secondsLeft(lease) < 60;
}

/** How long it is good for at most, whatever is done, in seconds; infinite for one that need not end. */
export function lastingSeconds({ ttlSeconds, isRenewable, mostSeconds }: KnownLease): number {
  if (ttlSeconds === 0) return Number.POSITIVE_INFINITY;
  const most = mostSeconds ?? Number.POSITIVE_INFINITY;
  return isRenewable ? most : Math.min(ttlSeconds, most);
}

/** A renewal that no longer gives the whole life: the token's maximum is near. */
export function isShorter(renewed: Lease, { ttlSeconds: before = 0 }: Lease): boolean {
  return Boolean(renewed.ttlSeconds) && (renewed.ttlSeconds ?? 0) < before * 0.75;
}

/** Why there is no token. Never `NOT_FOUND`: no secret was asked for. */
export function failed({ meaning }: Pick<Outcome, "meaning">): SecretError {
  if (!meaning) return malformed("what was asked for");
  return toError(meaning.code === "NOT_FOUND" ? notThere : meaning);
}

const notThere: Meaning = {
  ...{ code: "CONFIGURATION", reason: "mount" },
  detail: "no login answers at that path",
  fix: "Check auth.mountPath (and the namespace)",
};

function secondFactor(): SecretError {
  return new SecretError("AUTHENTICATION_FAILED", {
    ...{ reason: "second-factor", detail: "the login asks for a second factor" },
    fix: "Let this identity log in without one, or use another method",
  });
}
