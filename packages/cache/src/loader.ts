import {
  type Secret,
  SecretError,
  type SecretStore,
  type SecretsResult,
} from "@llm-orchestrator/secrets-core";
import type { CacheSettings } from "./cache-options.js";
import type { CacheCounters } from "./cache-stats.js";
import type { Contents } from "./contents.js";
import { Flight, type FlightKind } from "./flight.js";
import { type Lifetimes, lifetimesOf } from "./lifetimes.js";
import type { Outage } from "./outage.js";
import type { Slot } from "./slot.js";
import type { Timekeeper } from "./timekeeper.js";
import type { VersionFloor } from "./version-floor.js";
import { isOlder, mayBeBehind } from "./version-order.js";

/** What a cache is made of. */
export interface CacheParts {
  readonly inner: SecretStore;
  readonly settings: CacheSettings;
  readonly contents: Contents;
  readonly floor: VersionFloor;
  readonly outage: Outage;
  readonly timekeeper: Timekeeper;
  readonly counters: CacheCounters;
}

export type ReadOperation = "getSecret" | "getSecretVersion";

/** A refresh that failed is not tried again sooner. */
const retryRefreshMs = 500;

/** These say what is true of the secret now: what was held is over. */
const definite: ReadonlySet<string> = new Set([
  ...["NOT_FOUND", "PERMISSION_DENIED", "AUTHENTICATION_FAILED", "INVALID_SECRET"],
]);

/** Reads the wrapped store, and decides what of the answer is kept. */
export class Loader {
  readonly #parts: CacheParts;
  readonly #lifetimes: Lifetimes;

  constructor(parts: CacheParts) {
    this.#parts = parts;
    this.#lifetimes = lifetimesOf(parts.settings);
  }

  /** Starts a read for one place, which from now on only this read may fill. */
  load(slot: Slot, kind: FlightKind, operation: ReadOperation): Flight {
    const controller = new AbortController();
    const flight = this.start(slot, kind, () => controller.abort());
    void this.land(slot, flight, this.request(slot, kind, operation, controller.signal));
    return flight;
  }

  /** A read under way that may answer this one, too: not when its answer could be past its time. */
  joinable(slot: Slot | undefined, kind: FlightKind): Flight | undefined {
    const flight = slot?.flight;
    if (!flight?.serves(kind)) return undefined;
    const { wallMs, monotonicMs } = flight.startedAt;
    const { endMs } = this.#lifetimes.current;
    return this.#parts.timekeeper.isBefore(wallMs + endMs, monotonicMs + endMs)
      ? flight
      : undefined;
  }

  /** The flight of a place, to be landed by whoever starts it. */
  start(slot: Slot, kind: FlightKind, cancel: () => void): Flight {
    const { contents, floor, timekeeper } = this.#parts;
    const flight = new Flight(kind, timekeeper.now(), floor.find(slot.key), () => {
      if (slot.flight === flight) slot.flight = undefined;
      contents.tidy(slot);
      cancel();
    });
    slot.flight = flight;
    return flight;
  }

  /** Settles a flight with what the wrapped store answers, and keeps what may be kept. */
  async land(slot: Slot, flight: Flight, answer: Promise<Secret>): Promise<void> {
    const { contents, counters, outage } = this.#parts;
    let secret: Secret;
    try {
      secret = await answer;
    } catch (error) {
      if (!flight.isCancelled) outage.note(error);
      if (slot.flight === flight) this.#fail(slot, flight, error);
      else if (!flight.isCancelled && isDefinite(error) && slot.version === undefined) {
        counters.invalidations += contents.forget(slot.key);
      }
      return flight.reject(error);
    }
    outage.note();
    try {
      flight.resolve(this.#keep(slot, flight, secret));
    } catch (error) {
      if (slot.flight === flight) this.#fail(slot, flight, error);
      flight.reject(error);
    }
  }

  /** Asks the wrapped store for one place, by the method that the caller used. */
  async request(
    { key, version, field }: Slot,
    kind: FlightKind,
    operation: ReadOperation = version === undefined ? "getSecret" : "getSecretVersion",
    signal?: AbortSignal,
  ): Promise<Secret> {
    const { inner, counters } = this.#parts;
    counters.backendCalls++;
    const options = field === undefined ? { signal } : { signal, field };
    if (operation === "getSecretVersion") {
      return inner.getSecretVersion(key, version ?? "current", options);
    }
    return inner.getSecret(key, isForced(kind) ? { ...options, fresh: true } : options);
  }

  /** Asks the wrapped store for many keys in one call. */
  async requestMany(
    keys: readonly string[],
    kind: FlightKind,
    signal?: AbortSignal,
  ): Promise<SecretsResult> {
    const { inner, counters } = this.#parts;
    counters.backendCalls++;
    return inner.getSecrets(keys, isForced(kind) ? { signal, fresh: true } : { signal });
  }

  /** What the waiters get: the answer, or what is known to be newer. */
  #keep(slot: Slot, flight: Flight, answer: Secret): Secret {
    const { contents } = this.#parts;
    const newer = slot.version === undefined ? this.#newerThan(answer, slot, flight) : undefined;
    const secret = newer ?? answer;
    if (slot.flight === flight) {
      slot.flight = undefined;
      const { current, pinned } = this.#lifetimes;
      const lifetime =
        slot.version !== undefined && answer.version === slot.version ? pinned : current;
      // What a cache further in served past its time may be told, not kept for another time.
      if (newer || answer.stale) this.#defer(slot);
      else contents.fill(slot, answer, flight.startedAt, lifetime);
      contents.tidy(slot);
    } else if (!flight.isCancelled) this.#passOn(slot, secret);
    if (typeof flight.kind === "object") this.#noteUnchanged(slot, flight.kind.rejected, secret);
    return secret;
  }

  /**
   * Something newer than the answer, which a replica that lags gave. Where another field was read in
   * a newer version, and so nothing newer is known of this one, the answer itself, not to be kept.
   */
  #newerThan(answer: Secret, slot: Slot, flight: Flight): Secret | undefined {
    const { contents, floor } = this.#parts;
    const isNewer = (held: Slot) =>
      held.secret !== undefined && isOlder(answer, held.secret) && this.#isLive(held);
    if (isNewer(slot)) return slot.secret;
    const written = flight.floor && floor.above(flight.floor, slot, answer);
    if (written) return written;
    const { told } = flight;
    if (told && mayBeBehind(answer, told.secret, told.isSame)) {
      return told.isSame && isOlder(answer, told.secret) ? told.secret : answer;
    }
    const record = contents.records.get(slot.key);
    const siblings = record ? [record, ...(record.fields?.values() ?? [])] : [];
    return siblings.some(isNewer) ? answer : undefined;
  }

  /**
   * A read that has lost its place is told all the same, and may be newer than what is held or on its
   * way there: whoever reads next must not be told less.
   */
  #passOn({ key, version, field }: Slot, told: Secret): void {
    const { contents, counters } = this.#parts;
    if (version !== undefined) return;
    for (const place of [...(contents.records.get(key)?.places() ?? [])]) {
      if (place.version !== undefined) continue;
      const isSame = place.field === field;
      if (place.flight) place.flight.told = { secret: told, isSame };
      const isBehind = place.secret !== undefined && mayBeBehind(place.secret, told, isSame);
      if (isBehind && contents.drop(place)) counters.invalidations++;
    }
  }

  #isLive({ endWallMs, endMonotonicMs }: Slot): boolean {
    return this.#parts.timekeeper.isBefore(endWallMs, endMonotonicMs);
  }

  #fail(slot: Slot, flight: Flight, error: unknown): void {
    const { contents, counters, settings } = this.#parts;
    const { key, version, field } = slot;
    const code = SecretError.isInstance(error) ? error.code : "UNKNOWN";
    slot.flight = undefined;
    if (!isDefinite(error)) this.#defer(slot);
    else if (version === undefined && code !== "INVALID_SECRET") {
      counters.invalidations += contents.forget(key); // gone or denied: with all of its fields
    } else if (contents.drop(slot)) counters.invalidations++;
    contents.tidy(slot);
    if (code === "NOT_FOUND" && settings.negativeTtlMs) {
      const place = contents.place(key, version, field);
      contents.fillAbsent(place, error as SecretError, flight.startedAt, this.#lifetimes.absent);
    }
  }

  /** What is held stays a hit until its end; a refresh is tried again in a while. */
  #defer(slot: Slot): void {
    const { wallMs, monotonicMs } = this.#parts.timekeeper.now();
    slot.dueWallMs = Math.min(wallMs + retryRefreshMs, slot.endWallMs);
    slot.dueMonotonicMs = Math.min(monotonicMs + retryRefreshMs, slot.endMonotonicMs);
  }

  /** So that a key which is simply bad is not asked for at each refusal. */
  #noteUnchanged(slot: Slot, rejected: Secret["value"], secret: Secret): void {
    const { settings, timekeeper } = this.#parts;
    const isSame = secret.value.equals(rejected);
    const untilMonotonicMs = timekeeper.now().monotonicMs + settings.rejectedCooldownMs;
    slot.unchanged = isSame ? { value: rejected, untilMonotonicMs } : undefined;
  }
}

function isDefinite(error: unknown): boolean {
  return SecretError.isInstance(error) && definite.has(error.code);
}

/** Past every cache on the way. */
function isForced(kind: FlightKind): boolean {
  return kind === "fresh" || typeof kind === "object";
}
