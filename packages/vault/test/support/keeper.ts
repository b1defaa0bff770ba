import { abortable } from "@llm-orchestrator/secrets-core";
import { vi } from "vitest";
import type { VaultTokenEvent } from "../../src/token-events.js";
import { TokenKeeper } from "../../src/token-keeper.js";
import type { VaultAuth } from "../../src/vault-auth.js";
import type { Outcome, VaultSession } from "../../src/vault-session.js";

type TokenRequest = "login" | "renew-self" | "lookup-self" | "revoke-self";

export interface KeeperScript {
  /** Of each token, in seconds. */
  ttlSeconds: number;
  readonly uses?: number;
  readonly renewable?: boolean;
  /** What a request gets in place of success; a promise of nothing holds the success back. */
  answer?: (request: TokenRequest) => Outcome | undefined | Promise<Outcome | undefined>;
}

export interface KeeperRun {
  readonly keeper: TokenKeeper;
  readonly requests: readonly TokenRequest[];
  readonly events: readonly VaultTokenEvent[];
  /** May be changed while it runs. */
  readonly script: KeeperScript;
  /** How many requests of a kind there were. */
  of(request: TokenRequest): number;
}

export const appRole: VaultAuth = { method: "approle", roleId: "role", secretId: "secret" };
export const down = failure("BACKEND_UNAVAILABLE", 503);
export const refused = failure("UNKNOWN", 400);
/** Of a token that the server does not know any more. */
export const revoked: Outcome = {
  reply: { status: 403, headers: {}, body: {} },
  meaning: { code: "AUTHENTICATION_FAILED", reason: "token", isBadToken: true, detail: "" },
};

function failure(code: "BACKEND_UNAVAILABLE" | "UNKNOWN", status: number): Outcome {
  return { reply: { status, headers: {}, body: {} }, meaning: { code, detail: "" } };
}

/** A keeper before a server that hands out t1, t2, … */
export function startKeeper(script: KeeperScript, auth: VaultAuth = appRole): KeeperRun {
  const requests: TokenRequest[] = [];
  const events: VaultTokenEvent[] = [];
  let count = 0;
  const send: VaultSession["send"] = async ({ path }, { token, signal }) => {
    const request = path.split("/").at(-1) as TokenRequest;
    requests.push(request);
    const other = await abortable(signal, async () => script.answer?.(request));
    if (other) return other;
    const { ttlSeconds: ttl, uses = 0, renewable = true } = script;
    const client_token = request === "login" ? `t${++count}` : token;
    const body = {
      auth: { client_token, lease_duration: ttl, renewable, num_uses: uses },
      data: { ttl, renewable, num_uses: uses },
    };
    return { reply: { status: 200, headers: {}, body }, meaning: undefined };
  };
  const keeper = new TokenKeeper(auth, { send }, (event) => void events.push(event));
  const of = (request: TokenRequest) => requests.filter((each) => each === request).length;
  return { keeper, requests, of, events, script };
}

/** Time as far as a keeper sees it stands still, until {@link passSeconds}. */
export function stopTime(): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
}

export async function passSeconds(seconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(seconds * 1_000);
}
