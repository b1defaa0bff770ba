import type { SecretErrorCode } from "@llm-orchestrator/secrets-core";
import fc from "fast-check";
import type { SecretCacheOptions } from "../../src/index.js";
import type { Place } from "./journaled-store.js";

/** What is there at first. The second is how a careless cache would spell version 1 of the first. */
export const keys = ["a", "a@1", "b/c"] as const;

interface OfKey<Type extends string> {
  readonly type: Type;
  readonly key: string;
}

interface OfTime<Type extends string> {
  readonly type: Type;
  readonly byMs: number;
}

/** What the tests do to a cache, to the store behind it and to the clocks. */
export type Action =
  | { readonly type: "get"; readonly place: Place; readonly kind: "plain" | "fresh" }
  | { readonly type: "refuse"; readonly place: Place; readonly back: number }
  | { readonly type: "getMany"; readonly keys: readonly string[]; readonly isFresh: boolean }
  | (OfKey<"put"> & { readonly field?: string; readonly isObject: boolean })
  | (OfKey<"rotate"> & { readonly field?: string })
  | (OfKey<"delete"> & { readonly mode: "recoverable" | "permanent" })
  | (OfKey<"behind"> & { readonly does: "put" | "delete" | "restore" })
  | OfKey<"peek">
  | OfKey<"restore">
  | OfKey<"invalidate">
  | { readonly type: "clear" }
  | { readonly type: "cleanUp" }
  | OfTime<"tick">
  | OfTime<"freeze">
  | OfTime<"stepWallClock">
  | { readonly type: "fault"; readonly code: SecretErrorCode | undefined };

const oneOf = <Value>(...weighted: (readonly [weight: number, ...values: Value[]])[]) =>
  fc.oneof(
    ...weighted.map(([weight, ...values]) => ({ weight, arbitrary: fc.constantFrom(...values) })),
  );
const key = oneOf<string>([6, keys[0]], [2, keys[1]], [1, keys[2]]);
const field = oneOf<string | undefined>([2, undefined], [2, "f"], [1, "g"]);
const someField = fc.constantFrom("f", "g");
const version = oneOf<string>([4, "1"], [2, "2", "current"], [1, "3", "previous"]);
const current: fc.Arbitrary<Place> = fc.record({ key, field });
const place: fc.Arbitrary<Place> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ key }) },
  { weight: 3, arbitrary: current },
  { weight: 2, arbitrary: fc.record({ key, version, field }) },
);
const isObject = oneOf([3, true], [1, false]);

/** About the limits that the options set, and anything between. */
const durationMs = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 60 }) },
  { weight: 3, arbitrary: fc.constantFrom(5, 19, 20, 50, 80, 99, 100, 101, 200, 500, 505) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 1_500 }) },
);
const stepMs = fc.tuple(durationMs, fc.boolean()).map(([byMs, isBack]) => (isBack ? -byMs : byMs));
const code = oneOf<SecretErrorCode>(
  [6, "BACKEND_UNAVAILABLE"],
  [3, "THROTTLED"],
  [1, "PERMISSION_DENIED", "AUTHENTICATION_FAILED", "UNKNOWN"],
);

const type = <Name extends string>(...names: Name[]) => fc.constantFrom(...names);
const action = <Shape extends object>(
  weight: number,
  shape: { readonly [Name in keyof Shape]: fc.Arbitrary<Shape[Name]> },
) => ({ weight, arbitrary: fc.record(shape) as fc.Arbitrary<Shape> });

/** Mostly reads and short times, so that something is held when something happens. */
export const actions: fc.Arbitrary<readonly Action[]> = fc.array(
  fc.oneof(
    action(16, { type: type("get"), place, kind: type("plain") }),
    action(1, { type: type("get"), place: current, kind: type("fresh") }),
    action(2, { type: type("refuse"), place: current, back: fc.nat(1) }),
    action(3, {
      type: type("getMany"),
      keys: fc.array(key, { maxLength: 4 }),
      isFresh: oneOf([3, false], [1, true]),
    }),
    action(2, { type: type("peek", "restore"), key }),
    action(2, { type: type("put"), key, isObject }),
    action(1, { type: type("put"), key, isObject, field: someField }),
    action(1, { type: type("rotate"), key }),
    action(1, { type: type("rotate"), key, field: someField }),
    action(1, { type: type("delete"), key, mode: type("recoverable", "permanent") }),
    action(1, { type: type("invalidate"), key }),
    action(1, { type: type("clear", "cleanUp") }),
    action(8, { type: type("tick", "freeze"), byMs: durationMs }),
    action(2, { type: type("stepWallClock"), byMs: stepMs }),
    action(2, { type: type("fault"), code }),
    action(3, { type: type("fault"), code: fc.constant(undefined) }),
    action(2, { type: type("behind"), key, does: type("put", "put", "put", "delete", "restore") }),
  ),
  { maxLength: 50, size: "max" },
);

export type ModelOptions = Omit<SecretCacheOptions, "clock"> & { readonly maxBatchSize: number };

export const options: fc.Arbitrary<ModelOptions> = fc.record({
  jitter: fc.constant(false),
  ttlMs: oneOf([3, 100], [1, 20]),
  versionTtlMs: fc.constantFrom(undefined, 50, 500),
  staleIfErrorMs: oneOf<number | false>([3, 1_000], [1, 100, false]),
  negativeTtlMs: fc.constantFrom(false as const, 50, 200),
  refreshAhead: fc.constantFrom(0.8, 0.5, false as const),
  rejectedCooldownMs: fc.constantFrom(undefined, 50, false as const),
  cleanupIntervalMs: fc.constantFrom(false as const, 40),
  maxEntries: oneOf([4, 5], [1, 1, 2, 3, 4]),
  maxBatchSize: fc.constantFrom(20, 1),
});
