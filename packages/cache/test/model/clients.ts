import { type GetSecretOptions, type Secret, SecretError } from "@llm-orchestrator/secrets-core";
import type { Scheduler } from "fast-check";
import { FakeClock } from "secrets-tools/fake-clock";
import type { SecretCache, SecretCacheOptions } from "../../src/index.js";
import { check } from "./check.js";
import { Consistency, type Reading } from "./consistency.js";
import { driveUntil } from "./drive-until.js";
import { ScheduledStore } from "./scheduled-store.js";

export const reads = ["get", "field", "fresh", "getMany"] as const;
export const writes = ["put", "putField", "rotate", "delete", "destroy", "restore"] as const;
export const others = ["invalidate", "tick", "behind", "down", "up"] as const;

/** What a client does next. */
export interface Step {
  readonly does: (typeof reads | typeof writes | typeof others)[number];
  readonly key: string;
  readonly byMs: number;
}

export const keys = ["a", "b"] as const;
export const ttlMs = 100;
export const staleMs = 300;

/** No two values are the same. */
let made = 0;
const next = () => `v${++made}`;
const object = () => JSON.stringify({ f: next(), g: next() });

export type MakeScheduledCache = (
  store: ScheduledStore,
  options: SecretCacheOptions,
) => SecretCache;

interface Setting {
  readonly cache: SecretCacheOptions;
  /** Before the number of a version. Any text makes versions that cannot be ordered. */
  readonly versionPrefix?: string;
  /** Whether the next read is answered by a replica that has not seen the last write. */
  readonly lags?: () => boolean;
}

/** Some clients of one cache, at the same time. Every step of theirs is scheduled as well. */
export class Clients {
  readonly clock = new FakeClock();
  readonly store: ScheduledStore;
  readonly cache: SecretCache;
  readonly #scheduler: Scheduler;
  readonly #consistency: Consistency;
  readonly #hasReplica: boolean;
  #accesses = 0;

  constructor(
    scheduler: Scheduler,
    { cache, versionPrefix, lags }: Setting,
    make: MakeScheduledCache,
  ) {
    this.#scheduler = scheduler;
    this.store = new ScheduledStore(scheduler, this.clock.monotonicNow, versionPrefix);
    for (const key of keys) this.store.writeBehind(key, object());
    if (lags) this.store.lags = lags;
    this.#hasReplica = lags !== undefined;
    this.cache = make(this.store, { ttlMs, jitter: false, clock: this.clock, ...cache });
    this.#consistency = new Consistency(this.store, this.clock);
  }

  async run(scripts: readonly (readonly Step[])[]): Promise<void> {
    const drive = (work: Promise<unknown>) => driveUntil(work, this.#scheduler, this.clock);
    await drive(Promise.all(scripts.map((script, client) => this.#play(script, client))));
    this.store.fault = undefined;
    await drive(Promise.all(keys.map((key) => this.#get(key))));
    this.clock.advance(2 * ttlMs + staleMs);
    this.store.lags = () => false;
    for (const key of keys) await drive(this.#readTruth(key));
    const { hits, misses } = this.cache.stats();
    check(hits + misses === this.#accesses, "every access is a hit or a miss");
  }

  async #play(script: readonly Step[], client: number): Promise<void> {
    for (const step of script) {
      await this.#scheduler.schedule(Promise.resolve(), `client ${client}: ${step.does}`);
      await this.#take(step);
    }
  }

  #take({ does, key, byMs }: Step): Promise<void> | void {
    switch (does) {
      case "get":
        return this.#get(key);
      case "fresh":
        return this.#get(key, { fresh: true });
      case "field":
        return this.#get(key, { field: "f" });
      case "getMany":
        return this.#getMany();
      case "invalidate":
        return this.cache.invalidate(key);
      case "tick":
        return this.clock.advance(byMs);
      case "behind":
        return this.store.writeBehind(key, object());
      case "down":
      case "up":
        this.store.fault = does === "down" ? "BACKEND_UNAVAILABLE" : undefined;
        return undefined;
      default:
        return this.#change(does, key);
    }
  }

  /** Noted as soon as it is known that it worked: from then on nobody may read what was before. */
  async #change(does: (typeof writes)[number], key: string): Promise<void> {
    const { signal } = new AbortController();
    const outcome = await this.#write(does, key, signal).catch(asError);
    if (!SecretError.isInstance(outcome)) return this.#consistency.wrote(key, signal);
    const isExpected = ["NOT_FOUND", "CONFLICT", "BACKEND_UNAVAILABLE"].includes(outcome.code);
    if (!isExpected) throw outcome;
  }

  #write(does: (typeof writes)[number], key: string, signal: AbortSignal): Promise<unknown> {
    const { cache } = this;
    switch (does) {
      case "put":
        return cache.putSecret(key, object(), { signal });
      case "putField":
        return cache.putSecret(key, next(), { field: "f", signal });
      case "rotate":
        return cache.rotateSecret(key, { field: "f", generate: next, signal });
      case "delete":
        return cache.deleteSecret(key, { signal });
      case "destroy":
        return cache.deleteSecret(key, { mode: "permanent", signal });
      case "restore":
        return cache.restoreSecret(key, { signal });
    }
  }

  async #get(key: string, options: GetSecretOptions = {}): Promise<void> {
    this.#accesses++;
    const reading = this.#consistency.begin(key, options.field);
    this.#heard(reading, await this.cache.getSecret(key, options).catch(asError));
  }

  async #getMany(): Promise<void> {
    this.#accesses += keys.length;
    const readings = keys.map((key) => this.#consistency.begin(key));
    const { secrets, errors } = await this.cache.getSecrets(keys);
    for (const reading of readings) {
      const { key } = reading;
      this.#heard(reading, (secrets.get(key) ?? errors.get(key)) as Secret | SecretError);
    }
  }

  #heard(reading: Reading, answer: Secret | SecretError): void {
    if (!SecretError.isInstance(answer)) {
      const life = ttlMs + (answer.stale ? staleMs : 0);
      const lifeMs = this.#hasReplica ? Number.POSITIVE_INFINITY : life; // it says what was over
      this.#consistency.end(reading, { value: answer.value.expose(), lifeMs });
    } else if (answer.code === "NOT_FOUND") {
      this.#consistency.end(reading, { value: undefined, lifeMs: ttlMs });
    } else {
      const isBehind = this.#hasReplica && answer.reason === "replica-behind";
      const isGiven = isBehind || this.#hasFailed(reading);
      check(isGiven, "a read fails only where the backend did", { reading, code: answer.code });
    }
  }

  /** Whether the backend failed for that key, in a read that this one may have shared. */
  #hasFailed({ key, startMs }: Reading): boolean {
    const { failures } = this.store;
    return failures.some(({ keys, atMs }) => keys.includes(key) && startMs - atMs < ttlMs);
  }

  /** What was over for longer than the TTL is not read any more, whoever changed it. */
  async #readTruth(key: string): Promise<void> {
    this.#accesses++;
    const answer = await this.cache.getSecret(key).catch(asError);
    const value = SecretError.isInstance(answer) ? undefined : answer.value.expose();
    check(value === this.store.history(key).at(-1)?.value, "in the end the truth is read", key);
  }
}

function asError(error: unknown): SecretError {
  if (SecretError.isInstance(error)) return error;
  throw error;
}
