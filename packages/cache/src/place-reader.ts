import {
  isAudited,
  publishWarning,
  type Secret,
  type SecretValue,
} from "@llm-orchestrator/secrets-core";
import { type Answer, publishAnswer } from "./answer-event.js";
import { isTransient } from "./failure-kind.js";
import type { Flight, FlightKind } from "./flight.js";
import type { CacheParts, Loader, ReadOperation } from "./loader.js";
import type { ReadOptions } from "./read-options.js";
import type { RefreshQueue } from "./refresh-queue.js";
import type { Slot } from "./slot.js";

/** Where an answer is, or would be. */
export interface Place {
  readonly operation: ReadOperation;
  readonly key: string;
  readonly version?: string | undefined;
  readonly field?: string | undefined;
}

/** Answers reads of one place: from what is held, from a read under way, or from one of its own. */
export class PlaceReader {
  readonly #parts: CacheParts;
  readonly #loader: Loader;
  readonly #refreshes: RefreshQueue;
  readonly #name: string;

  constructor(parts: CacheParts, loader: Loader, refreshes: RefreshQueue, name: string) {
    this.#parts = parts;
    this.#loader = loader;
    this.#refreshes = refreshes;
    this.#name = name;
  }

  read(place: Place, { fresh, rejected, signal }: ReadOptions): Promise<Secret> {
    if (fresh) return this.#ask(place, "fresh", signal);
    const { key, version, field } = place;
    const slot = this.#parts.contents.find(key, version, field);
    const held = slot && this.isHeld(slot) ? slot : undefined;
    if (!rejected) return held ? this.#hit(place, held) : this.#ask(place, "miss", signal);
    const { value } = rejected;
    if (held && this.#isAnswerTo(value, held)) return this.#hit(place, held);
    return this.#ask(place, { rejected: value }, signal);
  }

  /** Whether there is something and its time is not over. Starts its refresh when that is due. */
  isHeld(slot: Slot): boolean {
    const { timekeeper } = this.#parts;
    if (!slot.promise) return false;
    if (timekeeper.isBefore(slot.dueWallMs, slot.dueMonotonicMs)) return true;
    if (this.expire(slot) || slot.hasExpired) return false;
    if (!slot.error) this.#refreshes.add(slot);
    return true;
  }

  /** Lets go what is past its time, unless it may yet be served stale. */
  expire(slot: Slot): boolean {
    const { timekeeper, counters, contents } = this.#parts;
    if (timekeeper.isBefore(slot.endWallMs, slot.endMonotonicMs)) return false;
    if (!slot.hasExpired) counters.expirations++;
    slot.hasExpired = true;
    return !this.#mayBeStale(slot) && contents.drop(slot);
  }

  /** The secret marked stale, when it may serve while the backend cannot be asked. */
  stale(slot: Slot | undefined): Secret | undefined {
    if (!slot?.secret || !this.#mayBeStale(slot)) return undefined;
    this.#parts.counters.staleServed++;
    if (slot.stale) return slot.stale;
    publishWarning({
      code: "STALE_SECRET_SERVED",
      store: this.#name,
      key: slot.key,
      message:
        "The backend could not be asked, so a secret past its time was served (secret.stale is " +
        "true). It ends with staleIfErrorMs, or when the backend is back.",
    });
    slot.stale = Object.freeze({ ...slot.secret, stale: true });
    return slot.stale;
  }

  /** What may serve a reader whose own read failed: somebody else's may have succeeded meanwhile. */
  known({ key, version, field }: Omit<Place, "operation">): Secret | undefined {
    const slot = this.#parts.contents.find(key, version, field);
    if (!slot?.secret) return undefined;
    const isLive = this.#parts.timekeeper.isBefore(slot.endWallMs, slot.endMonotonicMs);
    return isLive ? slot.secret : this.stale(slot);
  }

  /**
   * The same at once, while it is known that the backend is down: one reader in half a second waits
   * for it, and the others do not, however long it takes to fail.
   */
  staleInOutage(slot: Slot | undefined): Secret | undefined {
    if (!slot?.isFailing || !this.#mayBeStale(slot)) return undefined;
    const isAsked = slot.flight || this.#parts.timekeeper.now().monotonicMs < slot.retryAtMs;
    return isAsked ? this.stale(slot) : undefined;
  }

  /** A read under way that may answer this one, and does not wait for others any more. */
  joinable(slot: Slot | undefined, kind: FlightKind): Flight | undefined {
    const flight = this.#loader.joinable(slot, kind);
    if (flight?.kind === "refresh") this.#refreshes.flush();
    return flight;
  }

  publish(answer: Answer): void {
    publishAnswer(answer, this.#name, this.#parts.timekeeper);
  }

  #mayBeStale({ secret, endWallMs, endMonotonicMs }: Slot): boolean {
    const { settings, timekeeper } = this.#parts;
    const { staleIfErrorMs } = settings;
    if (staleIfErrorMs === 0 || !secret) return false;
    return timekeeper.isBefore(endWallMs + staleIfErrorMs, endMonotonicMs + staleIfErrorMs);
  }

  /** Another value than the refused one; or the same, read anew a moment ago. */
  #isAnswerTo(refused: SecretValue, { secret, unchanged }: Slot): boolean {
    if (!secret) return false;
    if (!secret.value.equals(refused)) return true;
    if (!unchanged?.value.equals(refused)) return false;
    return this.#parts.timekeeper.now().monotonicMs < unchanged.untilMonotonicMs;
  }

  #hit({ operation, key }: Place, slot: Slot): Promise<Secret> {
    this.#parts.counters.hits++;
    slot.wasRead = true;
    if (isAudited()) {
      const { secret, error } = slot;
      this.publish({ operation, key, source: "cache", error, version: secret?.version });
    }
    return slot.promise as Promise<Secret>;
  }

  async #ask(place: Place, kind: FlightKind, signal: ReadOptions["signal"]): Promise<Secret> {
    const { contents, counters, timekeeper } = this.#parts;
    const { operation, key, version, field } = place;
    const since = timekeeper.now();
    counters.misses++;
    const slot = contents.place(key, version, field);
    const known = kind === "miss" && this.staleInOutage(slot);
    if (known) return this.#publishStale(place, known, since);
    const flight = this.joinable(slot, kind) ?? this.#loader.load(slot, kind, operation);
    let wasLast = false;
    try {
      const secret = await flight.join(signal, (isLast) => {
        wasLast = isLast;
      });
      if (!this.#isFirst(flight)) {
        this.publish({ operation, key, source: "shared", since, version: secret.version });
      }
      return secret;
    } catch (error) {
      const isAborted = signal?.aborted === true && Object.is(error, signal.reason);
      const known = kind === "miss" && isTransient(error) ? this.known(slot) : undefined;
      const isAudited = isAborted ? wasLast : this.#isFirst(flight); // by the wrapped store
      if (known?.stale) return this.#publishStale(place, known, since);
      if (!isAudited) {
        const failure = known ? { version: known.version } : { error, isAborted };
        this.publish({ operation, key, source: "shared", since, ...failure });
      }
      if (!known) throw error;
      return known;
    }
  }

  /** The read itself is audited by the wrapped store: as the call of whoever comes first. */
  #isFirst(flight: Flight): boolean {
    const isFirst = !flight.isAccountedFor;
    flight.isAccountedFor = true;
    return isFirst;
  }

  #publishStale({ operation, key }: Place, secret: Secret, since: Answer["since"]): Secret {
    this.publish({ operation, key, source: "stale", since, version: secret.version });
    return secret;
  }
}
