import fc from "fast-check";
import {
  Clients,
  keys,
  type MakeScheduledCache,
  others,
  reads,
  type Step,
  staleMs,
  ttlMs,
  writes,
} from "./clients.js";

const step = (
  durationMs: fc.Arbitrary<number>,
  ...weighted: (readonly [weight: number, ...does: Step["does"][]])[]
) => {
  const does = fc.oneof(
    ...weighted.map(([weight, ...some]) => ({ weight, arbitrary: fc.constantFrom(...some) })),
  );
  const key = fc.constantFrom(keys[0], ...keys);
  return fc.record({ does, key, byMs: durationMs });
};

const anything = step(
  fc.constantFrom(5, 30, 60, 100, 200),
  [3, "get", "put"],
  [2, "getMany", "tick"],
  [1, ...reads, ...writes, ...others],
);

/** Slow answers, and somebody else who writes. */
const slowly = step(
  fc.constantFrom(60, 110, 200),
  [6, "get", "tick", "behind"],
  [1, "getMany", "field", "fresh", "put"],
);

/** What was read is read anew before its time is over, many keys at once. */
const ahead = step(
  fc.constantFrom(60, 5),
  [3, "getMany", "tick"],
  [2, "get", "put"],
  [1, "putField", "delete", "restore", "behind"],
);

/** The backend fails when the time of what was read is over. */
const outage = step(
  fc.constantFrom(60, 110),
  [3, "get", "tick", "down"],
  [1, "up", "put", "delete", "getMany", "behind"],
);

/**
 * What a replica that lags makes difficult. Left out are `invalidate`, which takes whatever it says,
 * and deletion: of a version that is not there nothing is newer.
 */
const onReplica = step(
  fc.constantFrom(5, 30),
  [3, "get", "put"],
  [2, "field", "getMany"],
  [1, "fresh", "putField", "rotate", "tick", "behind"],
);

/** Two to four scripts. */
const scripts = (one: fc.Arbitrary<Step>) =>
  fc.array(fc.array(one, { minLength: 1, maxLength: 6, size: "max" }), {
    ...{ minLength: 2, maxLength: 4, size: "max" },
  });

const refreshAhead = fc.constantFrom(0.5, 0.5, false as const);

/** However requests and answers overtake each other, no read shows what a write replaced. */
export function scheduleProperty(make: MakeScheduledCache) {
  const setting = fc.record({
    cache: fc.record({
      refreshAhead,
      staleIfErrorMs: fc.constantFrom(false as const, staleMs),
      negativeTtlMs: fc.constantFrom(false as const, 50),
      maxEntries: fc.constantFrom(10, 2, 1),
    }),
    versionPrefix: fc.constantFrom("", "id-"),
  });
  const all = fc.oneof(...[anything, anything, slowly, slowly, ahead, outage].map(scripts));
  return fc.asyncProperty(fc.scheduler(), setting, all, async (s, given, scripts) => {
    await new Clients(s, given, make).run(scripts);
  });
}

/**
 * Nor when any read may be answered by a replica that has not seen the last write, as long as that
 * is not longer ago than the TTL.
 */
export function replicaProperty(make: MakeScheduledCache) {
  const brief = scripts(onReplica).filter((all) => {
    const ticks = all.flat().filter(({ does }) => does === "tick");
    return ticks.reduce((sum, { byMs }) => sum + byMs, 0) < ttlMs;
  });
  const cache = fc.record({ refreshAhead });
  const lag = fc.infiniteStream(fc.boolean());
  return fc.asyncProperty(fc.scheduler(), cache, brief, lag, async (s, given, all, lags) => {
    await new Clients(s, { cache: given, lags: () => lags.next().value }, make).run(all);
  });
}
