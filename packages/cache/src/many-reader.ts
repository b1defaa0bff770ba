import {
  abortable,
  isAudited,
  isKey,
  onAbort,
  type Secret,
  SecretError,
  type SecretsResult,
} from "@llm-orchestrator/secrets-core";
import type { Answer } from "./answer-event.js";
import { isTransient } from "./failure-kind.js";
import type { Flight, FlightKind } from "./flight.js";
import type { CacheParts, Loader } from "./loader.js";
import type { PlaceReader } from "./place-reader.js";
import type { ReadOptions } from "./read-options.js";
import { Slot } from "./slot.js";

type Outcome = Secret | SecretError;

/** One `getSecrets` while it runs. */
class Answers {
  /** In the order of the keys; `undefined` until there is an answer. */
  readonly outcomes = new Map<string, Outcome | undefined>();
  /** Who had each answer. What is not here, the wrapped store audits. */
  readonly sources = new Map<string, Answer["source"]>();

  set(key: string, outcome: Outcome, source?: Answer["source"]): void {
    this.outcomes.set(key, outcome);
    if (source) this.sources.set(key, source);
  }

  split(): SecretsResult {
    const secrets = new Map<string, Secret>();
    const errors = new Map<string, SecretError>();
    for (const [key, outcome] of this.outcomes) {
      if (SecretError.isInstance(outcome)) errors.set(key, outcome);
      else if (outcome) secrets.set(key, outcome);
    }
    return Object.freeze({ secrets, errors });
  }
}

/** Answers `getSecrets`: from what is held in one pass, and the rest with one call of the store. */
export class ManyReader {
  readonly #parts: CacheParts;
  readonly #loader: Loader;
  readonly #places: PlaceReader;

  constructor(parts: CacheParts, loader: Loader, places: PlaceReader) {
    this.#parts = parts;
    this.#loader = loader;
    this.#places = places;
  }

  async read(keys: readonly string[], { fresh, signal }: ReadOptions): Promise<SecretsResult> {
    const held = fresh || isAudited() ? undefined : this.#allHeld(keys);
    if (held) return held;
    const kind: FlightKind = fresh ? "fresh" : "miss";
    const answers = new Answers();
    const missing: string[] = [];
    for (const key of new Set(keys)) {
      answers.outcomes.set(key, undefined); // takes its place in the order now
      if (kind === "fresh" || !this.#answerFromHeld(key, answers)) missing.push(key);
    }
    const { counters, inner } = this.#parts;
    counters.misses += missing.filter((key) => isKey(key, inner.keySyntax)).length;
    if (missing.length > 0) await this.#fetch(missing, kind, signal, answers);
    this.#publish(answers);
    return answers.split();
  }

  /** When everything is held, which is what happens all day: one pass, and nothing to wait for. */
  #allHeld(keys: readonly string[]): SecretsResult | undefined {
    const { contents, counters } = this.#parts;
    const secrets = new Map<string, Secret>();
    const errors = new Map<string, SecretError>();
    for (const key of keys) {
      const slot = contents.records.get(key);
      if (!slot || !this.#places.isHeld(slot)) return undefined;
      slot.wasRead = true;
      if (slot.secret) secrets.set(key, slot.secret);
      else errors.set(key, slot.error as SecretError);
    }
    counters.hits += secrets.size + errors.size;
    return Object.freeze({ secrets, errors });
  }

  #answerFromHeld(key: string, answers: Answers): boolean {
    const { contents, counters } = this.#parts;
    const slot = contents.records.get(key);
    if (!slot || !this.#places.isHeld(slot)) return false;
    const outcome = (slot.secret ?? slot.error) as Outcome;
    slot.wasRead = true;
    counters.hits++;
    answers.set(key, outcome, "cache");
    return true;
  }

  async #fetch(
    missing: readonly string[],
    kind: FlightKind,
    signal: ReadOptions["signal"],
    answers: Answers,
  ): Promise<void> {
    const flights = new Map<string, Flight>();
    const own: string[] = [];
    for (const key of missing) {
      const slot = this.#parts.contents.records.get(key);
      const flight = this.#places.joinable(slot, kind);
      const stale = kind === "miss" ? this.#places.staleInOutage(slot) : undefined;
      if (stale) answers.set(key, stale, "stale");
      else if (!flight) own.push(key);
      else {
        flights.set(key, flight);
        answers.sources.set(key, "shared");
      }
    }
    for (const [key, flight] of this.#launch(own, kind)) flights.set(key, flight);
    await this.#waitForAll(flights, kind, signal, answers);
  }

  /** One listener on the caller's signal, however many keys. */
  async #waitForAll(
    flights: ReadonlyMap<string, Flight>,
    kind: FlightKind,
    signal: ReadOptions["signal"],
    answers: Answers,
  ): Promise<void> {
    const leaves = [...flights.values()].map((flight) => flight.enter());
    let wereLast: readonly boolean[] = [];
    const stop = onAbort(signal, () => {
      wereLast = leaves.map((leave) => leave());
    });
    try {
      const waits = [...flights].map(([key, flight]) => this.#wait(key, flight, kind, answers));
      await abortable(signal, () => Promise.all(waits));
    } catch (error) {
      const isAborted = signal?.aborted === true && Object.is(error, signal.reason);
      const isAudited = wereLast.some(Boolean); // by the wrapped store, whose read was cancelled
      if (isAborted && !isAudited) {
        const keys = [...flights.keys()].filter((key) => isKey(key, this.#parts.inner.keySyntax));
        this.#places.publish({ operation: "getSecrets", keys, source: "shared", isAborted });
      }
      throw error;
    } finally {
      stop();
    }
  }

  /** One call of the store, and a flight for each of its keys that others may join. */
  #launch(keys: readonly string[], kind: FlightKind): Map<string, Flight> {
    const flights = new Map<string, Flight>();
    if (keys.length === 0) return flights;
    const { contents, inner } = this.#parts;
    const controller = new AbortController();
    let waiting = keys.length;
    const cancel = () => {
      if (--waiting === 0) controller.abort();
    };
    const read = this.#loader.readTogether(keys, kind, controller.signal);
    for (const key of keys) {
      // What is no key of the store gets no place; the store says what is wrong with it.
      const isGood = isKey(key, inner.keySyntax);
      const slot = isGood ? contents.place(key) : new Slot(key);
      const flight = this.#loader.start(slot, kind, cancel);
      if (!isGood) slot.flight = undefined;
      flight.isAccountedFor = true;
      void this.#loader.land(slot, flight, read(slot));
      flights.set(key, flight);
    }
    return flights;
  }

  async #wait(key: string, flight: Flight, kind: FlightKind, answers: Answers): Promise<void> {
    try {
      answers.outcomes.set(key, await flight.promise);
    } catch (error) {
      const isOfThisKey = SecretError.isInstance(error) && error.code !== "CLOSED";
      if (!isOfThisKey) throw error;
      const mayServe = kind === "miss" && isTransient(error);
      const known = mayServe ? this.#places.known({ key }) : undefined;
      answers.set(key, known ?? error, known?.stale ? "stale" : undefined);
    }
  }

  /** An event for each source but the wrapped store, which has published its own. */
  #publish({ outcomes, sources }: Answers): void {
    if (!isAudited()) return;
    const isNothing = outcomes.size === 0;
    for (const source of ["cache", "shared", "stale"] as const) {
      const keys = [...outcomes.keys()].filter((key) => sources.get(key) === source);
      if (keys.length === 0 && !(isNothing && source === "cache")) continue;
      const error = keys.map((key) => outcomes.get(key)).find(SecretError.isInstance);
      this.#places.publish({ operation: "getSecrets", keys, source, error });
    }
  }
}
