import { type Secret, SecretError, type SecretErrorCode } from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { FakeClock } from "secrets-tools/fake-clock";
import { checkCacheOptions } from "../../src/cache-options.js";
import type { SecretCache, SecretCacheOptions } from "../../src/index.js";
import type { ModelOptions } from "./actions.js";
import { CacheModel, type Question } from "./cache-model.js";
import { check } from "./check.js";
import { idOf, JournaledStore, type Place, sayingOf } from "./journaled-store.js";
import { turn } from "./turn.js";

export type MakeCache = (store: JournaledStore, options: SecretCacheOptions) => SecretCache;

/** A cache, the backend behind it, both clocks, and a model that judges every answer. */
export class World {
  readonly clock = new FakeClock();
  readonly memory: MemorySecretStore;
  readonly backend: JournaledStore;
  readonly cache: SecretCache;
  readonly model: CacheModel;
  fault: SecretErrorCode | undefined;
  readonly #maxEntries: number;
  /** What was answered for each place, newest first. */
  readonly #got = new Map<string, Secret[]>();
  /** By key: the version that was last shown as the current one. */
  readonly #highest = new Map<string, number>();
  #backendTimeMs = 0;
  #accesses = 0;
  #staleAnswers = 0;

  constructor({ maxBatchSize, ...given }: ModelOptions, make: MakeCache) {
    const options = { ...given, clock: this.clock };
    const settings = checkCacheOptions(options);
    const now = () => ++this.#backendTimeMs; // the backend has a clock of its own
    this.memory = new MemorySecretStore({ now, maxBatchSize });
    this.backend = new JournaledStore(this.memory, this.clock);
    this.model = new CacheModel(this.backend, settings);
    this.#maxEntries = settings.maxEntries;
    this.cache = make(this.backend, options);
  }

  async get(place: Place, kind: "plain" | "fresh"): Promise<void> {
    const question: Question = { place, kind, at: this.backend.now() };
    const { refreshes } = this.cache.stats();
    const answer = await this.settle(this.#ask(place, kind === "fresh" ? { fresh: true } : {}));
    this.#judge(question, answer);
    // A refresh that came in with it may have made it leave again.
    if (this.cache.stats().refreshes > refreshes) return;
    const { order, monotonicMs } = this.backend.now();
    const wasRead = order > question.at.order && monotonicMs === question.at.monotonicMs;
    if (SecretError.isInstance(answer) || answer.stale || !wasRead) return;
    const { hits } = this.cache.stats();
    await this.settle(this.#ask(place, {}));
    check(this.cache.stats().hits === hits + 1, "what was just read is held", place);
  }

  /** As after an HTTP 401: with the last answer, or one that came before it. */
  async refuse(place: Place, back: number): Promise<void> {
    const rejected = this.#got.get(idOf(place))?.[back];
    if (!rejected) return;
    const question = { place, at: this.backend.now(), refused: rejected.value.expose() };
    const answer = await this.settle(this.#ask(place, { rejected }));
    this.#judge({ ...question, kind: "rejected" }, answer);
  }

  async getMany(keys: readonly string[], isFresh: boolean): Promise<void> {
    const at = this.backend.now();
    const wanted = new Set(keys);
    this.#accesses += wanted.size;
    const result = await this.settle(this.cache.getSecrets(keys, { fresh: isFresh }));
    if (SecretError.isInstance(result)) throw result;
    const { secrets, errors } = result;
    check(secrets.size + errors.size === wanted.size, "each key has one answer", keys);
    for (const key of wanted) {
      const answer = (secrets.get(key) ?? errors.get(key)) as Secret | SecretError;
      this.#judge({ place: { key }, kind: isFresh ? "fresh" : "plain", at }, answer);
    }
  }

  peek(key: string): void {
    const secret = this.cache.peekSecret(key);
    if (secret) this.#judge({ place: { key }, kind: "peek", at: this.backend.now() }, secret);
  }

  /** What was read before a write that worked, or before it was let go, may not come back. */
  async change(key: string, call?: unknown): Promise<void> {
    const outcome = await this.settle(Promise.resolve(call));
    if (!SecretError.isInstance(outcome)) this.model.forget(key);
  }

  /** From now on versions are counted anew. */
  destroyed(key: string): void {
    this.#highest.delete(key);
  }

  /** From now on the backend fails with this code, or works again. */
  simulate(code: SecretErrorCode | undefined): void {
    this.fault = code;
    this.memory.simulate(code);
  }

  /** Waits for an answer. Where that takes a timer, time passes. */
  async settle<T>(call: Promise<T>): Promise<T | SecretError> {
    let outcome: { readonly answer: T | SecretError } | undefined;
    call.then(
      (answer) => {
        outcome = { answer };
      },
      (answer: SecretError) => {
        outcome = { answer };
      },
    );
    for (let waits = 0; ; waits++) {
      await turn();
      if (outcome) return outcome.answer;
      check(waits < 100, "every call is answered");
      this.clock.advance(1);
    }
  }

  /** What holds at any time. */
  checkCounts(): void {
    const { size, stats } = { size: this.cache.size, stats: this.cache.stats() };
    const { hits, misses, totalAccesses, staleServed, backendCalls } = stats;
    check(size <= this.#maxEntries, "no more is held than may be", size);
    check(hits + misses === this.#accesses, "every access is a hit or a miss", stats);
    check(totalAccesses === this.#accesses, "totalAccesses is their sum", stats);
    check(staleServed === this.#staleAnswers, "stale answers are counted", stats);
    check(backendCalls === this.backend.calls, "reads of the backend are counted", stats);
  }

  #ask({ key, version, field }: Place, options: object): Promise<Secret> {
    this.#accesses++;
    const given = field === undefined ? options : { ...options, field };
    if (version === undefined) return this.cache.getSecret(key, given);
    return this.cache.getSecretVersion(key, version, given);
  }

  #judge(question: Question, answer: Secret | SecretError): void {
    const { place } = question;
    const isStale = !SecretError.isInstance(answer) && answer.stale;
    if (isStale) this.#staleAnswers++;
    const said = { ...sayingOf(answer), isStale };
    check(this.model.allows(question, said), "the answer is allowed", { question, said });
    if (SecretError.isInstance(answer)) return;
    check(answer.key === place.key, "a secret of that key", place);
    const isNumber = /^\d+$/.test(place.version ?? "");
    check(!isNumber || answer.version === place.version, "that very version", place);
    this.#checkOrder(place, answer);
    const earlier = this.#got.get(idOf(place)) ?? [];
    this.#got.set(idOf(place), [answer, ...earlier].slice(0, 2));
  }

  /** The current secret and its fields are never shown in an older version than before. */
  #checkOrder({ key, version = "current" }: Place, answer: Secret): void {
    if (version !== "current") return;
    const number = Number(answer.version);
    check(number >= (this.#highest.get(key) ?? 0), "versions do not go back", answer);
    this.#highest.set(key, number);
  }
}
