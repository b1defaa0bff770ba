import { SecretError } from "@llm-orchestrator/secrets-core";
import fc from "fast-check";
import { type Action, actions, keys, options } from "./actions.js";
import { check } from "./check.js";
import { turn } from "./turn.js";
import { type MakeCache, World } from "./world.js";

type Steps = {
  readonly [Type in Action["type"]]: (
    world: World,
    action: Extract<Action, { readonly type: Type }>,
  ) => unknown;
};

/** No two values are the same. */
let made = 0;
const text = () => `t${++made}`;
const object = () => JSON.stringify({ f: `f${++made}`, g: `g${made}` });
const only = (field: string | undefined) => (field === undefined ? {} : { field });

const steps: Steps = {
  get: (world, { place, kind }) => world.get(place, kind),
  refuse: (world, { place, back }) => world.refuse(place, back),
  getMany: (world, { keys, isFresh }) => world.getMany(keys, isFresh),
  peek: (world, { key }) => world.peek(key),
  put: (world, { key, field, isObject }) => {
    const value = isObject && field === undefined ? object() : text();
    return world.change(key, world.cache.putSecret(key, value, only(field)));
  },
  rotate: (world, { key, field }) =>
    world.change(key, world.cache.rotateSecret(key, { generate: text, ...only(field) })),
  delete: (world, { key, mode }) => {
    if (mode === "permanent") world.destroyed(key);
    return world.change(key, world.cache.deleteSecret(key, { mode }));
  },
  restore: (world, { key }) => world.change(key, world.cache.restoreSecret(key)),
  invalidate: (world, { key }) => world.change(key, world.cache.invalidate(key)),
  clear: (world) => {
    world.cache.clear();
    world.model.forgetAll();
    check(world.cache.size === 0, "a cleared cache holds nothing");
  },
  cleanUp: ({ cache }) => {
    const { size } = cache;
    check(size - cache.cleanupExpired() === cache.size, "what was taken out was counted");
  },
  behind: (world, action) => behind(world, action),
  tick: ({ clock }, { byMs }) => clock.advanceAsync(byMs),
  freeze: ({ clock }, { byMs }) => clock.freeze(byMs),
  stepWallClock: ({ clock }, { byMs }) => clock.stepWallClock(byMs),
  fault: (world, { code }) => world.simulate(code),
};

/** Somebody else changes the secret, whether or not we can reach the backend. */
async function behind(
  world: World,
  { key, does }: Extract<Action, { readonly type: "behind" }>,
): Promise<void> {
  const { memory, fault } = world;
  memory.simulate(undefined);
  if (does === "put") await memory.putSecret(key, made % 4 === 0 ? text() : object());
  else if (does === "delete") await memory.deleteSecret(key);
  else await world.settle(memory.restoreSecret(key));
  memory.simulate(fault);
}

/** In the end everything goes, and a closed cache answers nothing. */
async function end(world: World): Promise<void> {
  const { cache, clock } = world;
  world.simulate(undefined);
  clock.freeze(5_000);
  await turn();
  cache.cleanupExpired();
  check(cache.size === 0, "what is past its time can be taken out", cache.size);
  await cache.close();
  const calls = [
    ...[cache.getSecret("a"), cache.getSecret("a", { fresh: true }), cache.getSecrets(["a"])],
    ...[cache.getSecretVersion("a", "1"), cache.putSecret("a", "x"), cache.deleteSecret("a")],
    ...[cache.restoreSecret("a"), cache.rotateSecret("a", { generate: text })],
    ...[cache.describeSecret("a"), cache.getSecretVersions("a"), cache.preload(["a"])],
    ...[cache.listSecrets()[Symbol.asyncIterator]().next()],
  ];
  for (const outcome of await Promise.allSettled(calls)) {
    const error: unknown = outcome.status === "rejected" ? outcome.reason : undefined;
    check(SecretError.isInstance(error) && error.code === "CLOSED", "closed", outcome.status);
  }
  check(cache.peekSecret("a") === undefined && cache.size === 0, "a closed cache holds nothing");
}

/** Whatever is done, in whatever order: the cache gives no answer that the model does not allow. */
export function modelProperty(make: MakeCache) {
  return fc.asyncProperty(options, actions, async (given, all) => {
    const world = new World(given, make);
    for (const key of keys) await world.memory.putSecret(key, object());
    for (const one of all) {
      await (steps[one.type] as (world: World, action: Action) => unknown)(world, one);
      await turn();
      world.checkCounts();
    }
    await end(world);
  });
}
