import { abortable, SecretError } from "@llm-orchestrator/secrets-core";
import {
  dueInMs,
  endsSoon,
  isNearEnd,
  isOver,
  isShorter,
  type KnownLease,
  type Lease,
  longestRetryMs,
  retryInMs,
  type Sender,
  secondsLeft,
} from "./lease.js";
import { logIn } from "./login.js";
import { LoginGate } from "./login-gate.js";
import { TokenEvents, type TokenListener } from "./token-events.js";
import { lookUpSelf, renewSelf, revokeSelf } from "./token-requests.js";
import { TokenTimer } from "./token-timer.js";
import type { VaultAuth } from "./vault-auth.js";

/** A token that was handed over is looked at so long after its first use, off every call's path. */
const lookUpAfterMs = 1_000;
/** What `close` gives a login that is under way, and the revocations. */
const closeWithinMs = 2_000;

/**
 * Holds the token: logs in, renews at two thirds of its life, and logs in again before it ends or
 * when it is refused. However many calls need that at once, it is done once.
 */
export class TokenKeeper {
  readonly #auth: VaultAuth;
  readonly #session: Sender;
  readonly #events: TokenEvents;
  readonly #gate: LoginGate;
  readonly #timer = new TokenTimer();
  readonly #ending = new AbortController();
  #lease: Lease | undefined;
  #usesLeft = Number.POSITIVE_INFINITY;
  /** The token whose end was announced. */
  #announced: string | undefined;
  /** Of a login; no request with it has succeeded yet. */
  #unproven: string | undefined;
  /** Whose refusal was counted: many calls are told of it at once. */
  #refused: string | undefined;
  #isClosed = false;

  constructor(auth: VaultAuth, session: Sender, onTokenEvent?: TokenListener) {
    this.#auth = auth;
    this.#session = session;
    this.#events = new TokenEvents(auth.method, onTokenEvent);
    const pauses = auth.method !== "token-file"; // a file may be read as often as anybody likes
    this.#gate = new LoginGate(() => this.#logIn(), pauses);
  }

  /** The token to send now, for one request, where there is one already. */
  held(): string | undefined {
    const lease = this.#lease;
    if (!lease || (this.#auth.method !== "token" && isOver(lease))) return undefined;
    return this.#takeUse(lease) ? lease.token : undefined;
  }

  /** The same, and logs in where there is none. */
  async current(): Promise<string> {
    for (let token = this.held(); ; ) {
      this.#checkOpen();
      if (token !== undefined) return token;
      const lease = await this.#gate.enter();
      if (this.#takeUse(lease)) token = lease.token;
    }
  }

  /** The token to send after `refused` was; `undefined` when there is no other. */
  async after(refused: string): Promise<string | undefined> {
    this.#checkOpen();
    if (this.#auth.method === "token") return undefined;
    if (this.#lease?.token === refused) await this.#gate.enter();
    if (this.#lease?.token === refused) return undefined; // the file has not changed
    return this.current();
  }

  get method(): VaultAuth["method"] {
    return this.#auth.method;
  }

  /**
   * A new token was refused as well: the token is not what is wrong, and the next would not help. Counts
   * once for each token, however many calls it was refused for.
   */
  noteRefusedAgain(token: string, error: SecretError): void {
    if (this.#isClosed || this.#lease?.token !== token || this.#refused === token) return;
    this.#refused = token;
    this.#unproven = undefined;
    this.#gate.refuse(error);
    this.#events.tellFailure(error);
  }

  /** A request with the token succeeded: what was refused before its login is forgotten. */
  noteAccepted(token: string): void {
    if (token !== this.#unproven) return;
    this.#unproven = undefined;
    this.#gate.accept();
  }

  /**
   * Renews now; logs in instead where the server does not know the token any more.
   *
   * @throws SecretError when the server refuses, or there is nothing to renew.
   */
  async renew(): Promise<void> {
    this.#checkOpen();
    const lease = this.#lease ?? (await this.#gate.enter());
    try {
      await this.#renew(lease, false);
    } catch (error) {
      const isRefused = SecretError.isInstance(error) && error.reason === "token";
      if (!isRefused || this.#auth.method === "token") throw error;
      if (this.#holds(lease)) await this.#gate.enter();
      this.#checkOpen();
      if (this.#holds(lease)) throw error; // the file has not changed
    }
  }

  /** Whether it was said that nothing replaces the token in use before its end. */
  get isEnding(): boolean {
    return this.#lease !== undefined && this.#announced === this.#lease.token;
  }

  /** What the server says of the token: its seconds to live, 0 for one that does not end. */
  lookUp(token: string, signal?: AbortSignal): Promise<KnownLease> {
    return lookUpSelf(this.#session, token, { signal, isBackground: false });
  }

  /** Also revokes what a login brings that is under way. Takes two seconds at most. */
  async close(revoke: boolean): Promise<void> {
    this.#isClosed = true;
    this.#timer.stop();
    const held = this.#lease;
    this.#lease = undefined;
    const end = () => this.#ending.abort(closed());
    if (!revoke) end();
    const limit = setTimeout(end, closeWithinMs);
    const revoked = held && this.#revoke(held, revoke);
    const landing = abortable(this.#ending.signal, async () => this.#gate.running);
    const landed = await landing.catch(() => undefined);
    if (landed && landed.token !== held?.token) await this.#revoke(landed, revoke);
    await revoked;
    clearTimeout(limit);
    end(); // a look at the token, or a renewal, that is under way
  }

  async #revoke({ token, isOwn }: Lease, isWanted: boolean): Promise<void> {
    if (isWanted && isOwn) await revokeSelf(this.#session, token, this.#ending.signal);
  }

  async #logIn(): Promise<Lease> {
    const held = this.#lease;
    try {
      const lease = await logIn(this.#auth, this.#session, this.#ending.signal);
      if (this.#isClosed) return lease;
      if (lease.token === held?.token) return held; // of it we know more
      this.#keep(lease);
      this.#unproven = lease.token;
      if (this.#auth.method !== "token")
        this.#events.tell("logged-in", lease.ttlSeconds || undefined);
      return lease;
    } catch (error) {
      if (!this.#isClosed) this.#events.tellFailure(error);
      throw error;
    }
  }

  #keep(lease: Lease): void {
    if (this.#lease?.token !== lease.token) {
      this.#usesLeft = lease.isOwn && lease.uses > 0 ? lease.uses : Number.POSITIVE_INFINITY;
    }
    this.#lease = lease;
    if (lease.ttlSeconds === undefined) {
      const { lookUp = true } = this.#auth as { lookUp?: boolean };
      if (lookUp) this.#timer.start(lookUpAfterMs, () => this.#adopt(lease));
      else this.#timer.clear();
    } else if (lease.ttlSeconds > 0) {
      this.#timer.start(dueInMs(lease), () => this.#refresh());
    } else this.#timer.clear();
  }

  #takeUse(lease: Lease): boolean {
    if (lease !== this.#lease) return true;
    if (this.#usesLeft <= 0) return false;
    this.#usesLeft--;
    return true;
  }

  /** Learns how long a token lives that was handed over. */
  async #adopt(lease: Lease): Promise<void> {
    try {
      const { signal } = this.#ending;
      const known = await lookUpSelf(this.#session, lease.token, { signal, isBackground: true });
      if (this.#holds(lease)) this.#keep(known);
    } catch (error) {
      if (!this.#holds(lease) || !isRetryable(error)) return; // a read will say that it is refused
      this.#timer.start(longestRetryMs, () => this.#adopt(lease));
    }
  }

  async #renew(lease: Lease, isBackground: boolean): Promise<Lease> {
    const asking = { method: this.#auth.method, signal: this.#ending.signal, isBackground };
    try {
      const renewed = await renewSelf(this.#session, lease, asking);
      if (!this.#holds(lease)) return renewed; // replaced meanwhile
      this.#keep(renewed);
      if (!isShorter(renewed, lease)) this.#announced = undefined;
      this.noteAccepted(lease.token);
      this.#events.tell("renewed", renewed.ttlSeconds || undefined);
      return renewed;
    } catch (error) {
      if (this.#isClosed) throw closed();
      this.#events.tellFailure(error);
      throw error;
    }
  }

  /** Renews, and logs in again where that is not possible or brings little. */
  async #refresh(): Promise<void> {
    const lease = this.#lease;
    if (!lease) return;
    if (this.#auth.method === "token-file" && (await this.#logsInAnew(lease))) return;
    if (!lease.isRenewable) return this.#replace(lease);
    try {
      const renewed = await this.#renew(lease, true);
      if (this.#holds(lease) && isShorter(renewed, lease)) await this.#replace(renewed);
    } catch (error) {
      if (!this.#holds(lease)) return;
      const mayTry = isRetryable(error) && !isOver(lease);
      if (!mayTry || endsSoon(lease)) await this.#replace(lease);
      // Where nothing replaces a token, it is all that there is.
      if (mayTry && this.#holds(lease) && !this.#timer.isRunning) this.#refreshLater(lease);
    }
  }

  #refreshLater(lease: Lease): void {
    this.#timer.start(retryInMs(lease), () => this.#refresh());
  }

  /** A new token, by a login; one that cannot be had anew is left to end, with a warning. */
  async #replace(lease: Lease): Promise<void> {
    if (this.#auth.method !== "token" && (await this.#logsInAnew(lease))) return;
    if (!this.#holds(lease)) return;
    if (this.#isWorthSaying(lease)) this.#announceEnd(lease);
    if (this.#auth.method === "token" || isOver(lease)) return; // the next call logs in
    const delayMs = Math.max(this.#gate.pauseMs, retryInMs(lease));
    this.#timer.start(delayMs, () => this.#replace(lease));
  }

  /** Whether there is another token now. */
  async #logsInAnew(lease: Lease): Promise<boolean> {
    await this.#gate.enter().catch(() => {});
    return !this.#holds(lease);
  }

  /** Nothing replaces a plain token; an agent writes a new one in time, but not long before. */
  #isWorthSaying(lease: Lease): boolean {
    const { method } = this.#auth;
    return method === "token" || (method === "token-file" ? endsSoon(lease) : isNearEnd(lease));
  }

  #announceEnd(lease: Lease): void {
    if (this.#announced === lease.token) return;
    this.#announced = lease.token;
    this.#events.tellEnd(Math.max(0, Math.floor(secondsLeft(lease))));
  }

  /** Still the token in use, and not closed. */
  #holds({ token }: Lease): boolean {
    return this.#lease?.token === token;
  }

  #checkOpen(): void {
    if (this.#isClosed) throw closed();
  }
}

function isRetryable(error: unknown): boolean {
  return SecretError.isInstance(error) && error.retryable;
}

function closed(): SecretError {
  return new SecretError("CLOSED", { detail: "vault" });
}
