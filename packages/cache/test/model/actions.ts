import type { SecretErrorCode } from "@llm-orchestrator/secrets-core";
import fc from "fast-check";
import type { SecretCacheOptions } from "../../src/index.js";
import type { Place } from "./journaled-store.js";

/** The second one is how a careless cache would spell version 1 of the first. */
const keys = ["a", "a@1", "b/c"] as const;

/** What the tests do to a cache, to its backend and to the clocks. */
export type Action =
  | { readonly type: "get"; readonly place: Place; readonly kind: "plain" | "fresh" }
  | { readonly type: "refuse"; readonly place: Place; readonly back: number }
  | { readonly type: "getMany"; readonly keys: readonly string[]; readonly isFresh: boolean }
  | { readonly type: "put"; readonly key: string; readonly field?: string; readonly isObject: boolean }
  | { readonly type: "rotate"; readonly key: string; readonly field?: string }
  | { readonly type: "delete"; readonly key: string; readonly mode: "recoverable" | "permanent" }
  | { readonly type: "peek" | "restore" | "invalidate"; readonly key: string }
  | { readonly type: "clear" | "cleanUp" }
  | { readonly type: "tick" | "freeze" | "stepWallClock"; readonly byMs: number }
  | { readonly type: "fault"; readonly code: SecretErrorCode | undefined }
  | { readonly type: "behind"; readonly key: string; readonly does: "put" | "delete" | "restore" };

const key = fc.constantFrom(...keys);
const field = fc.constantFrom("f", "g", undefined);
const version = fc.constantFrom("1", "2", "3", "previous", "current");
const place: fc.Arbitrary<Place> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ key }) },
  { weight: 2, arbitrary: fc.record({ key, field }) },
  { weight: 2, arbitrary: fc.record({ key, version, field }) },
);
const current: fc.Arbitrary<Place> = fc.record({ key, field });
const type = <Name extends string>(...names: Name[]) => fc.constantFrom(...names);

/** About the limits that the options set, and anything between. */
const durationMs = fc.oneof(
  fc.constantFrom(1, 5, 19, 20, 50, 80, 99, 100, 101, 200, 500, 505, 1_000),
  fc.integer({ min: 1, max: 1_500 }),
);
const stepMs = fc.oneof(durationMs, durationMs.map((byMs) => -byMs));

const codes = [
  ...(["BACKEND_UNAVAILABLE", "BACKEND_UNAVAILABLE", "THROTTLED", "PERMISSION_DENIED"] as const),
  ...(["AUTHENTICATION_FAILED", "UNKNOWN", undefined, undefined, undefined] as const),
];

export const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ type: type("get"), place, kind: fc.constant("plain" as const) }) },
  { weight: 2, arbitrary: fc.record({ type: type("get"), place: current, kind: fc.constant("fresh" as const) }) },
  { weight: 2, arbitrary: fc.record({ type: type("refuse"), place: current, back: fc.nat(1) }) },
  { weight: 3, arbitrary: fc.record({ type: type("getMany"), keys: fc.array(key, { maxLength: 4 }), isFresh: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ type: type("peek", "restore", "invalidate"), key }) },
  { weight: 3, arbitrary: fc.record({ type: type("put"), key, isObject: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ type: type("put"), key, isObject: fc.boolean(), field: type("f", "g") }) },
  { weight: 1, arbitrary: fc.record({ type: type("rotate"), key }) },
  { weight: 1, arbitrary: fc.record({ type: type("rotate"), key, field: type("f", "g") }) },
  { weight: 2, arbitrary: fc.record({ type: type("delete"), key, mode: type("recoverable", "permanent") }) },
  { weight: 1, arbitrary: fc.record({ type: type("clear", "cleanUp") }) },
  { weight: 6, arbitrary: fc.record({ type: type("tick", "freeze"), byMs: durationMs }) },
  { weight: 2, arbitrary: fc.record({ type: type("stepWallClock"), byMs: stepMs }) },
  { weight: 3, arbitrary: fc.record({ type: type("fault"), code: fc.constantFrom(...codes) }) },
  { weight: 3, arbitrary: fc.record({ type: type("behind"), key, does: type("put", "put", "delete", "restore") }) },
);

export type ModelOptions = Omit<SecretCacheOptions, "clock"> & { readonly maxBatchSize: number };

export const options: fc.Arbitrary<ModelOptions> = fc.record({
  jitter: fc.constant(false),
  ttlMs: fc.constantFrom(100, 20),
  versionTtlMs: fc.constantFrom(undefined, 50, 500),
  staleIfErrorMs: fc.constantFrom(false, 100, 1_000),
  negativeTtlMs: fc.constantFrom(false, 50, 200),
  refreshAhead: fc.constantFrom(0.8, 0.5, false),
  rejectedCooldownMs: fc.constantFrom(undefined, 50, false),
  cleanupIntervalMs: fc.constantFrom(false, 40),
  maxEntries: fc.constantFrom(5, 4, 3, 2, 1),
  maxBatchSize: fc.constantFrom(20, 1),
});
