import { SecretError } from "@llm-orchestrator/secrets-core";
import { isPlain } from "./read-options.js";
import { type CacheClock, systemClock } from "./timekeeper.js";

/** How a cache keeps. Times in milliseconds, from 1 to 2,147,483,647 (24.8 days, Node's timers). */
export interface SecretCacheOptions {
  /** How old an answer may become, counted from when its read began. Default 300,000 (5 minutes). */
  readonly ttlMs?: number | undefined;
  /**
   * The same for a version asked for by its id. Default `ttlMs`. A version's value does not change,
   * so this may be longer; its deletion is noticed that much later.
   */
  readonly versionTtlMs?: number | undefined;
  /** Secrets, fields and versions held at most. Default 1,000. */
  readonly maxEntries?: number | undefined;
  /**
   * A read after this part of the TTL starts a refresh in the background, so that busy keys never
   * wait. Above 0 and below 1, default 0.8; `false` turns it off.
   */
  readonly refreshAhead?: number | false | undefined;
  /**
   * Each process shortens its times by a random part of up to this much, drawn once, so that a fleet
   * that started together does not ask together. From 0 to 0.5, default 0.1; `false` is 0.
   */
  readonly jitter?: number | false | undefined;
  /**
   * How long past its TTL a secret may be served when the backend is unavailable or throttles.
   * Never when it denies, or says that the secret is gone. Default `false`: an outage is an error.
   */
  readonly staleIfErrorMs?: number | false | undefined;
  /** How long a `NOT_FOUND` is remembered, at most 5,000. Default `false`: each read asks. */
  readonly negativeTtlMs?: number | false | undefined;
  /**
   * After a refused secret was read anew and was still the same: how long further refusals of that
   * value are answered without asking again. Default 1,000; `false` asks each time.
   */
  readonly rejectedCooldownMs?: number | false | undefined;
  /**
   * How often expired secrets are taken out of memory; a timer that keeps no process alive. Default
   * `false`: they go when they are next looked at, or make room.
   */
  readonly cleanupIntervalMs?: number | false | undefined;
  /** For tests. Default: `Date.now`, `performance.now` and the timers of the platform. */
  readonly clock?: CacheClock | undefined;
}

/** All of them, as they hold. 0 where something is off. */
export type CacheSettings = Required<
  { readonly [Name in Exclude<keyof SecretCacheOptions, "clock">]: number } & {
    readonly clock: CacheClock;
  }
>;

const maxTimeMs = 2_147_483_647;
const maxNegativeTtlMs = 5_000;

type Rule = readonly [
  fallback: number,
  canBeOff: boolean,
  expected: string,
  test: (value: number) => boolean,
];

const within = (low: number, high: number) => (value: number) => value >= low && value <= high;
const milliseconds = "milliseconds from 1 to 2147483647";

const rules: Readonly<Record<Exclude<keyof SecretCacheOptions, "clock">, Rule>> = {
  ttlMs: [300_000, false, milliseconds, within(1, maxTimeMs)],
  versionTtlMs: [0, false, milliseconds, within(1, maxTimeMs)],
  maxEntries: [
    1_000,
    false,
    "a whole number from 1",
    (value) => Number.isSafeInteger(value) && value >= 1,
  ],
  refreshAhead: [0.8, true, "a number above 0 and below 1", (value) => value > 0 && value < 1],
  jitter: [0.1, true, "a number from 0 to 0.5", within(0, 0.5)],
  staleIfErrorMs: [0, true, milliseconds, within(1, maxTimeMs)],
  negativeTtlMs: [0, true, "milliseconds from 1 to 5000", within(1, maxNegativeTtlMs)],
  rejectedCooldownMs: [1_000, true, milliseconds, within(1, maxTimeMs)],
  cleanupIntervalMs: [0, true, milliseconds, within(1, maxTimeMs)],
};

/** @throws SecretError `CONFIGURATION` that names the option and what it takes. */
export function checkCacheOptions(options: SecretCacheOptions): CacheSettings {
  if (!isPlain(options)) {
    throw wrong("the options of SecretCache are not a plain object", "Pass { ttlMs }, say");
  }
  const given = { ...options } as Record<string, unknown>;
  const unknown = Object.keys(given).find(
    (name) => name !== "clock" && !Object.hasOwn(rules, name),
  );
  if (unknown !== undefined) {
    const shown = /^\w{1,40}$/.test(unknown) ? ` "${unknown}"` : " of that name";
    throw wrong(
      `SecretCache has no option${shown}`,
      `It takes ${Object.keys(rules).join(", ")}, clock`,
    );
  }
  const settings = Object.fromEntries(
    Object.entries(rules).map(([name, rule]) => [name, setting(name, given[name], rule)]),
  ) as unknown as CacheSettings;
  return {
    ...settings,
    versionTtlMs: settings.versionTtlMs || settings.ttlMs,
    clock: checkClock(given.clock),
  };
}

function setting(name: string, value: unknown, [fallback, canBeOff, expected, test]: Rule): number {
  if (value === undefined) return fallback;
  if (value === false && canBeOff) return 0;
  if (typeof value === "number" && test(value)) return value;
  const also = name === "maxEntries" || name === "ttlMs" ? "; for no cache, leave it out" : "";
  throw wrong(
    `${name} of SecretCache cannot be used`,
    `Pass ${expected}${canBeOff ? ", or false" : ""}${also}`,
  );
}

function checkClock(clock: unknown): CacheClock {
  if (clock === undefined) return systemClock;
  const methods = ["now", "monotonicNow", "setTimeout", "clearTimeout"] as const;
  const candidate = (clock ?? {}) as Partial<CacheClock>;
  if (methods.every((name) => typeof candidate[name] === "function")) return clock as CacheClock;
  throw wrong("clock of SecretCache is no clock", `Pass an object with ${methods.join(", ")}`);
}

function wrong(detail: string, fix: string): SecretError {
  return new SecretError("CONFIGURATION", { reason: "bad-argument", detail, fix });
}
