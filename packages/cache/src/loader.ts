import {
  type Secret,
  SecretError,
  type SecretStore,
  type SecretsResult,
  toSecretError,
} from "@llm-orchestrator/secrets-core";
import type { CacheSettings } from "./cache-options.js";
import type { CacheCounters } from "./cache-stats.js";
import type { Contents } from "./contents.js";
import { isDefinite, isTransient } from "./failure-kind.js";
import { Flight, type FlightKind } from "./flight.js";
import { type Lifetimes, lifetimesOf } from "./lifetimes.js";
import { toShared } from "./shared-secret.js";
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
  readonly timekeeper: Timekeeper;
  readonly counters: CacheCounters;
}

export type ReadOperation = "getSecret" | "getSecretVersion";

/** What failed is not tried again sooner in the background. */
const retryMs = 500;

/** A refresh that has been under way for longer is not waited for: it may never come. */
const joinableRefreshMs = 5_000;

const refusals: ReadonlySet<string> = new Set(["PERMISSION_DENIED", "THROTTLED"]);

/** Reads the wrapped store, and decides what of the answer is kept. */
export class Loader {
  readonly #parts: CacheParts;
  readonly #lifetimes: Lifetimes;
  /** Until then nothing is asked for in batches. */
  #singlesUntilMs = 0;

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
    const { endMs: ttlMs } = this.#lifetimes.current;
    const endMs = flight.kind === "refresh" ? Math.min(ttlMs, joinableRefreshMs) : ttlMs;
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
    const { contents, counters, inner } = this.#parts;
    const { key, version } = slot;
    let secret: Secret;
    try {
      secret = toShared(await answer, key, inner.name);
    } catch (thrown) {
      if (flight.isCancelled) return flight.reject(thrown);
      const error = toSecretError(thrown, { key, store: inner.name });
      if (slot.flight === flight) this.#fail(slot, flight, error);
      else if (isDefinite(error) && version === undefined) {
        counters.invalidations += contents.forget(key);
      }
      return flight.reject(error);
    }
    try {
      flight.resolve(this.#keep(slot, flight, secret));
    } catch (error) {
      if (slot.flight === flight) this.#fail(slot, flight, error as SecretError);
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

  /**
   * Asks the wrapped store for many keys in one call; one by one when it refuses that as a whole, as
   * it does where single reads are allowed and batches are not. Returns what gives each key's part.
   */
  readTogether(
    keys: readonly string[],
    kind: FlightKind,
    signal?: AbortSignal,
  ): (slot: Slot) => Promise<Secret> {
    const { monotonicMs } = this.#parts.timekeeper.now();
    const alone = (slot: Slot) => this.request(slot, kind, "getSecret", signal);
    if (keys.length > 1 && monotonicMs < this.#singlesUntilMs) return alone;
    const answers = this.#requestMany(keys, kind, signal);
    const isRefused = this.#isRefused(keys, answers);
    return async (slot) => ((await isRefused) ? alone(slot) : pick(await answers, slot.key));
  }

  async #requestMany(
    keys: readonly string[],
    kind: FlightKind,
    signal: AbortSignal | undefined,
  ): Promise<SecretsResult> {
    const { inner, counters } = this.#parts;
    counters.backendCalls++;
    return inner.getSecrets(keys, isForced(kind) ? { signal, fresh: true } : { signal });
  }

  async #isRefused(keys: readonly string[], answers: Promise<SecretsResult>): Promise<boolean> {
    const { inner, settings, timekeeper } = this.#parts;
    if (keys.length < 2 || (inner.capabilities.maxBatchSize ?? 1) < 2) return false;
    const { secrets, errors } = await answers;
    const codes = [...errors.values()].map(({ code }) => code);
    if (secrets.size > 0 || !codes.every((code) => refusals.has(code))) return false;
    this.#singlesUntilMs = timekeeper.now().monotonicMs + settings.ttlMs;
    return true;
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
    } else if (!flight.isCancelled) this.#passOn(slot, flight, secret, secret === answer);
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
    const { told, toldElsewhere } = flight;
    if (told && mayBeBehind(answer, told, true)) return isOlder(answer, told) ? told : answer;
    if (toldElsewhere && mayBeBehind(answer, toldElsewhere, false)) return answer;
    const record = contents.records.get(slot.key);
    if (!record || record.currentVersion === answer.version) return undefined; // as all of its fields
    return [record, ...(record.fields?.values() ?? [])].some(isNewer) ? answer : undefined;
  }

  /**
   * A read that has lost its place is told all the same, and may be newer than what is held or on its
   * way there: whoever reads next must not be told less.
   */
  #passOn(
    { key, version, field }: Slot,
    { startedAt }: Flight,
    told: Secret,
    isAnswer: boolean,
  ): void {
    const { contents, counters } = this.#parts;
    if (version !== undefined) return;
    for (const place of [...(contents.records.get(key)?.places() ?? [])]) {
      if (place.version !== undefined) continue;
      const isSame = place.field === field;
      place.flight?.hear(told, isSame);
      const isBehind = place.secret !== undefined && mayBeBehind(place.secret, told, isSame);
      if (!isBehind) continue;
      // By its number, so that no write is undone; else an outage that follows would find nothing.
      if (isAnswer && !told.stale && isSame && isOlder(place.secret as Secret, told)) {
        contents.fill(place, told, startedAt, this.#lifetimes.current);
      } else if (contents.drop(place)) counters.invalidations++;
    }
  }

  #isLive({ endWallMs, endMonotonicMs }: Slot): boolean {
    return this.#parts.timekeeper.isBefore(endWallMs, endMonotonicMs);
  }

  #fail(slot: Slot, flight: Flight, error: SecretError): void {
    const { contents, counters, settings } = this.#parts;
    const { key, version, field } = slot;
    const { code } = error;
    slot.flight = undefined;
    slot.isFailing = isTransient(error);
    if (!isDefinite(error)) this.#defer(slot);
    else if (version === undefined && code !== "INVALID_SECRET") {
      counters.invalidations += contents.forget(key); // gone or denied: with all of its fields
    } else if (contents.drop(slot)) counters.invalidations++;
    contents.tidy(slot);
    if (code === "NOT_FOUND" && settings.negativeTtlMs) {
      const place = contents.place(key, version, field);
      contents.fillAbsent(place, error, flight.startedAt, this.#lifetimes.absent);
    }
  }

  /** What is held stays a hit until its end; it is read again in a while. */
  #defer(slot: Slot): void {
    const { wallMs, monotonicMs } = this.#parts.timekeeper.now();
    slot.retryAtMs = monotonicMs + retryMs;
    slot.dueWallMs = Math.min(wallMs + retryMs, slot.endWallMs);
    slot.dueMonotonicMs = Math.min(monotonicMs + retryMs, slot.endMonotonicMs);
  }

  /** So that a key which is simply bad is not asked for at each refusal. */
  #noteUnchanged(slot: Slot, rejected: Secret["value"], secret: Secret): void {
    const { settings, timekeeper } = this.#parts;
    const isSame = secret.value.equals(rejected);
    const untilMonotonicMs = timekeeper.now().monotonicMs + settings.rejectedCooldownMs;
    slot.unchanged = isSame ? { value: rejected, untilMonotonicMs } : undefined;
  }
}

/** One key's part of a batch. */
function pick({ secrets, errors }: SecretsResult, key: string): Secret {
  const secret = secrets.get(key);
  if (secret) return secret;
  throw errors.get(key) ?? new SecretError("UNKNOWN", { key, detail: "the batch left it out" });
}

/** Past every cache on the way. */
function isForced(kind: FlightKind): boolean {
  return kind === "fresh" || typeof kind === "object";
}
