import {
  onAbort,
  type Secret,
  type SecretAbortSignal,
  type SecretValue,
} from "@llm-orchestrator/secrets-core";
import type { Moment } from "./timekeeper.js";
import type { Floor } from "./version-floor.js";
import { isOlder } from "./version-order.js";

/** Why a read of the wrapped store is made. */
export type FlightKind =
  | "miss"
  | "refresh"
  /** Past the cache, asked for by `fresh`. */
  | "fresh"
  /** Past the cache, because this value was refused. */
  | { readonly rejected: SecretValue };

/**
 * One read of the wrapped store, for everybody who wants its answer. A waiter that cancels leaves;
 * when the last one has left, the read itself is cancelled.
 */
export class Flight {
  readonly kind: FlightKind;
  /** From here the age of its answer counts. */
  readonly startedAt: Moment;
  /** What had been written when it began: an older answer comes from a replica that lags. */
  readonly floor: Floor | undefined;
  /** The newest that another reader of this place was told meanwhile. */
  told: Secret | undefined;
  /** The newest that a reader of another field of this key was told meanwhile. */
  toldElsewhere: Secret | undefined;
  readonly promise: Promise<Secret>;
  /** The wrapped store audits one read: the first waiter needs no event of its own. */
  isAccountedFor: boolean;
  isCancelled = false;
  readonly #cancel: () => void;
  #waiters = 0;
  #isSettled = false;
  #resolve!: (secret: Secret) => void;
  #reject!: (error: unknown) => void;

  /** @param cancel Called when nobody waits any more. */
  constructor(kind: FlightKind, startedAt: Moment, floor: Floor | undefined, cancel: () => void) {
    this.kind = kind;
    this.startedAt = startedAt;
    this.floor = floor;
    this.#cancel = cancel;
    this.isAccountedFor = kind === "refresh"; // nobody asked for it
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.promise.catch(() => {}); // whoever waits is told; perhaps nobody does
    if (kind === "refresh") this.#waiters++; // the cache itself waits, and never leaves
  }

  resolve(secret: Secret): void {
    this.#isSettled = true;
    this.#resolve(secret);
  }

  reject(error: unknown): void {
    this.#isSettled = true;
    this.#reject(error);
  }

  /** Another reader was told this, of the same place or of another field; the newest counts. */
  hear(secret: Secret, isSame: boolean): void {
    const before = isSame ? this.told : this.toldElsewhere;
    if (before && isOlder(secret, before)) return;
    if (isSame) this.told = secret;
    else this.toldElsewhere = secret;
  }

  /** One more waits. Call what is returned when it gives up: it says whether it was the last. */
  enter(): () => boolean {
    this.#waiters++;
    return () => this.#leave();
  }

  /**
   * Resolves with the flight. Aborted, it rejects with the signal's own reason, and only it.
   *
   * @param onLeave Told whether it was the last that waited.
   */
  join(
    signal: SecretAbortSignal | undefined,
    onLeave: (wasLast: boolean) => void = () => {},
  ): Promise<Secret> {
    const leave = this.enter();
    if (signal === undefined) return this.promise;
    return new Promise((resolve, reject) => {
      const stop = onAbort(signal, () => {
        reject(signal.reason);
        onLeave(leave());
      });
      this.promise.then(resolve, reject).then(stop);
    });
  }

  /** A refresh that the last reader has given up on is given up too: it may never come. */
  #leave(): boolean {
    this.#waiters--;
    if (this.isAwaited || this.isCancelled || this.#isSettled) return false;
    this.isAccountedFor = true; // the wrapped store says that it was cancelled
    this.isCancelled = true;
    this.#cancel();
    return true;
  }

  /** Whether anybody waits for it but the cache itself. */
  get isAwaited(): boolean {
    return this.#waiters > (this.kind === "refresh" ? 1 : 0);
  }

  /** Whether a read of this kind may share the answer, though it was asked for earlier. */
  serves(kind: FlightKind): boolean {
    if (kind === "miss" || kind === "refresh") return true;
    if (typeof this.kind !== "object") return kind === "fresh" && this.kind === "fresh";
    return kind === "fresh" || this.kind.rejected.equals(kind.rejected);
  }
}
