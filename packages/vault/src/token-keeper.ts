import { publishWarning, SecretError } from "@llm-orchestrator/secrets-core";
import { type Lease, logIn, toLease } from "./login.js";
import type { VaultAuth } from "./vault-auth.js";
import { bodyOf, record } from "./vault-reply.js";
import type { VaultSession } from "./vault-session.js";

/** Longest timer of Node's. */
const maxTimerMs = 2_147_483_647;
/** A token that was handed over is looked at so long after its first use, off every call's path. */
const lookUpAfterMs = 1_000;
const firstBackoffMs = 1_000;
const maxBackoffMs = 60_000;

/**
 * Holds the token: logs in, renews at two thirds of its life, and logs in again before it ends or
 * when it is refused. However many calls need that at once, it is done once.
 */
export class TokenKeeper {
  readonly #auth: VaultAuth;
  readonly #session: VaultSession;
  #lease: Lease | undefined;
  #login: Promise<Lease> | undefined;
  #refused:
    | { readonly error: unknown; readonly untilMs: number; readonly waitMs: number }
    | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(auth: VaultAuth, session: VaultSession) {
    this.#auth = auth;
    this.#session = session;
  }

  /** The token to send now. */
  async current(): Promise<string> {
    const lease = this.#lease;
    if (lease && !isOver(lease)) return lease.token;
    return (await this.#logIn()).token;
  }

  /** The token to send after `refused` was; `undefined` when there is no other. */
  async after(refused: string): Promise<string | undefined> {
    if (this.#lease && this.#lease.token !== refused) return this.#lease.token;
    if (this.#auth.method === "token") return undefined;
    const { token } = await this.#logIn();
    return token === refused ? undefined : token;
  }

  /** Renews now. @throws SecretError when the server refuses, or there is nothing to renew. */
  async renew(): Promise<void> {
    const lease = this.#lease ?? (await this.#logIn());
    const outcome = await this.#session.send(
      { method: "POST", path: "auth/token/renew-self", json: {} },
      { token: lease.token, isRepeatable: true, below: "auth/token" },
    );
    this.#keep(toLease(outcome, "auth", lease));
  }

  /** What the server says of the token: its seconds to live, 0 for one that does not end. */
  async lookUp(token: string, signal?: AbortSignal): Promise<Lease & { readonly uses: number }> {
    const outcome = await this.#session.send(
      { method: "GET", path: "auth/token/lookup-self" },
      { token, signal, isRepeatable: true, below: "auth/token" },
    );
    if (outcome.meaning || !outcome.reply) {
      throw new SecretError(outcome.meaning?.code ?? "UNKNOWN", outcome.meaning ?? {});
    }
    const { ttl, renewable, num_uses: uses } = record(bodyOf(outcome.reply).data);
    return {
      ...{ token, isRenewable: renewable === true, obtainedAt: performance.now(), isOwn: false },
      ttlSeconds: typeof ttl === "number" ? ttl : 0,
      uses: typeof uses === "number" ? uses : 0,
    };
  }

  async close(revoke: boolean): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const lease = this.#lease;
    this.#lease = undefined;
    if (!revoke || !lease?.isOwn) return;
    await this.#session
      .send(
        { method: "POST", path: "auth/token/revoke-self", json: {} },
        { token: lease.token, isRepeatable: true, below: "auth/token" },
      )
      .catch(() => {}); // it ends by itself
  }

  /** Once for all who wait; not for each caller's signal. */
  #logIn(): Promise<Lease> {
    if (this.#login) return this.#login;
    const { error, untilMs = 0 } = this.#refused ?? {};
    if (performance.now() < untilMs) return Promise.reject(error); // no storm of logins
    const login = logIn(this.#auth, this.#session, undefined).then(
      (lease) => {
        this.#refused = undefined;
        this.#keep(lease);
        return lease;
      },
      (failure: unknown) => {
        this.#noteRefusal(failure);
        throw failure;
      },
    );
    this.#login = login;
    const end = () => {
      if (this.#login === login) this.#login = undefined;
    };
    login.then(end, end);
    return login;
  }

  #noteRefusal(error: unknown): void {
    const isRefused = SecretError.isInstance(error) && error.code === "AUTHENTICATION_FAILED";
    if (!isRefused) return;
    const waitMs = Math.min(maxBackoffMs, (this.#refused?.waitMs ?? firstBackoffMs / 2) * 2);
    this.#refused = {
      error,
      waitMs,
      untilMs: performance.now() + waitMs * (0.75 + Math.random() / 4),
    };
  }

  #keep(lease: Lease): void {
    if (this.#isClosed) return;
    const before = this.#lease;
    this.#lease = lease;
    const { method } = this.#auth;
    const isHanded = !lease.isOwn && (method === "token" || method === "token-file");
    if (lease.ttlSeconds > 0) this.#schedule(dueInMs(lease, before));
    else if (isHanded && before?.token !== lease.token) {
      this.#later(lookUpAfterMs, () => this.#adopt(lease.token));
    }
  }

  /** Learns how long a token lives that was handed over. One that counts its uses is left alone. */
  async #adopt(token: string): Promise<void> {
    const { uses, ...lease } = await this.lookUp(token);
    if (this.#lease?.token === token && uses === 0 && lease.ttlSeconds > 0) this.#keep(lease);
  }

  #schedule(delayMs: number): void {
    this.#later(delayMs, () => this.#refresh());
  }

  /** Renews, and logs in again where that is not possible or brings nothing. */
  async #refresh(): Promise<void> {
    const lease = this.#lease;
    if (!lease) return;
    try {
      if (!lease.isRenewable || endsSoon(lease)) throw notRenewable();
      await this.renew();
      if (this.#lease && isShorter(this.#lease, lease)) await this.#replace();
    } catch (error) {
      const mayComeBack = SecretError.isInstance(error) && error.retryable;
      if (mayComeBack && !endsSoon(lease)) return this.#schedule(secondsLeft(lease) * 1_000 * 0.2);
      await this.#replace();
    }
  }

  /** A new login; a token that cannot be had anew is left to end, with a warning. */
  async #replace(): Promise<void> {
    try {
      if (this.#auth.method === "token") throw notRenewable();
      await this.#logIn();
    } catch {
      if (this.#isClosed) return;
      publishWarning({
        code: "VAULT_TOKEN_EXPIRING",
        store: "vault",
        message:
          "The Vault token can be neither renewed nor replaced, and ends soon. Check the login in " +
          "the option auth; a plain token ends with its maximum life.",
      });
      if (this.#lease && this.#auth.method !== "token") this.#schedule(firstBackoffMs);
    }
  }

  #later(delayMs: number, work: () => Promise<void>): void {
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    this.#timer = setTimeout(
      () => void work().catch(() => {}), // whoever needs a token is told then
      Math.min(maxTimerMs, Math.max(1, delayMs)),
    );
    this.#timer.unref();
  }
}

/** Two thirds of its life, and up to a thirtieth more, so that a fleet does not come at once. */
function dueInMs({ ttlSeconds }: Lease, before: Lease | undefined): number {
  const share = before === undefined ? 2 / 3 : 2 / 3;
  return ttlSeconds * 1_000 * (share + Math.random() / 30);
}

function secondsLeft({ ttlSeconds, obtainedAt }: Lease): number {
  return ttlSeconds - (performance.now() - obtainedAt) / 1_000;
}

function isOver(lease: Lease): boolean {
  return lease.ttlSeconds > 0 && secondsLeft(lease) <= 0;
}

function endsSoon(lease: Lease): boolean {
  return secondsLeft(lease) < lease.ttlSeconds * 0.1;
}

/** A renewal that no longer gives the whole life: the maximum is near. */
function isShorter(renewed: Lease, before: Lease): boolean {
  return renewed.ttlSeconds < before.ttlSeconds * 0.75;
}

function notRenewable(): SecretError {
  return new SecretError("AUTHENTICATION_FAILED", { reason: "not-renewable" });
}
