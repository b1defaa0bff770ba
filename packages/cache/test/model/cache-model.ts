import type { CacheSettings } from "../../src/cache-options.js";
import {
  type Heard,
  idOf,
  type JournaledStore,
  type Moment,
  type Place,
  type Said,
} from "./journaled-store.js";

export interface Question {
  readonly place: Place;
  readonly kind: "plain" | "fresh" | "rejected" | "peek";
  readonly at: Moment;
  /** The value that was refused. */
  readonly refused?: string | undefined;
}

export type Answer = Said & { readonly isStale: boolean };

const transient = new Set(["BACKEND_UNAVAILABLE", "THROTTLED"]);
const gone = new Set(["NOT_FOUND", "PERMISSION_DENIED", "AUTHENTICATION_FAILED"]);
/** How long an outage may be taken for granted, with what a refresh waits for others. */
const outageMs = 500 + 5;

/**
 * Which answers of a cache are allowed. Knows nothing of how a cache works: only what the backend
 * said and when, and when a key was written, invalidated or cleared.
 */
export class CacheModel {
  readonly #backend: JournaledStore;
  readonly #settings: CacheSettings;
  /** By key: what was read before this rank is over. */
  readonly #forgotten = new Map<string, number>();

  constructor(backend: JournaledStore, settings: CacheSettings) {
    this.#backend = backend;
    this.#settings = settings;
  }

  forgetAll(): void {
    for (const { place } of this.#backend.journal) this.forget(place.key);
  }

  forget(key: string): void {
    this.#forgotten.set(key, this.#backend.now().order);
  }

  allows({ place, kind, at, refused }: Question, answer: Answer): boolean {
    const { ttlMs, versionTtlMs, negativeTtlMs, staleIfErrorMs } = this.#settings;
    const heard = this.#backend.journal.filter((one) => idOf(one.place) === idOf(place));
    const isNew = (one: Heard) => one.at.order >= at.order;
    if (heard.some((one) => isNew(one) && isSame(one.said, answer))) return !answer.isStale;
    const last = heard.filter(({ said }) => !("code" in said) || saysMuch(said.code)).at(-1);
    if (!last || isNew(last) || !isSame(last.said, answer)) return false;
    if (kind === "fresh" || this.#isOver(last)) return false;
    if ("code" in answer) {
      return (
        kind === "plain" && isWithin(last, at, answer.code === "NOT_FOUND" ? negativeTtlMs : 0)
      );
    }
    const lifeMs = answer.version === place.version ? versionTtlMs : ttlMs;
    if (answer.isStale) {
      const isInTime = isWithin(last, this.#backend.now(), lifeMs + staleIfErrorMs);
      return kind === "plain" && staleIfErrorMs > 0 && isInTime && this.#isOutage(heard, at);
    }
    const wasRefused = kind === "rejected" && answer.value === refused;
    return isWithin(last, at, lifeMs) && (!wasRefused || this.#isCoolingDown(heard, answer, at));
  }

  /** Forgotten since; or the backend said since that the key is gone, or not ours to read. */
  #isOver({ place: { key }, at: { order } }: Heard): boolean {
    if (order < (this.#forgotten.get(key) ?? 0)) return true;
    return this.#backend.journal.some(({ place, said, at }) => {
      const isCurrent = place.version === undefined || place.version === "current";
      return (
        at.order > order && place.key === key && isCurrent && "code" in said && gone.has(said.code)
      );
    });
  }

  /** The backend could not be asked for this very call, or when last asked for it, just now. */
  #isOutage(heard: readonly Heard[], { order, monotonicMs }: Moment): boolean {
    if (heard.some((one) => one.at.order >= order && isTransient(one))) return true;
    const last = heard.filter(({ at }) => at.order < order).at(-1);
    return last !== undefined && isTransient(last) && monotonicMs - last.at.monotonicMs <= outageMs;
  }

  /** The refused value was read past the cache a moment ago, and was still the same. */
  #isCoolingDown(heard: readonly Heard[], answer: Said, at: Moment): boolean {
    const { rejectedCooldownMs } = this.#settings;
    return heard.some((one) => {
      const ageMs = at.monotonicMs - one.at.monotonicMs;
      return one.isForced && isSame(one.said, answer) && ageMs < rejectedCooldownMs;
    });
  }
}

/** On both clocks: whichever says that the time is over is believed. */
function isWithin({ at }: Heard, now: Moment, lifeMs: number): boolean {
  return now.wallMs - at.wallMs < lifeMs && now.monotonicMs - at.monotonicMs < lifeMs;
}

function isSame(one: Said, other: Said): boolean {
  if ("code" in one || "code" in other)
    return "code" in one && "code" in other && one.code === other.code;
  return one.value === other.value && one.version === other.version;
}

function isTransient({ said }: Heard): boolean {
  return "code" in said && transient.has(said.code);
}

/** An outage and what is not understood say nothing of the secret. */
function saysMuch(code: string): boolean {
  return gone.has(code) || code === "INVALID_SECRET";
}
