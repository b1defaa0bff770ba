import { SecretError } from "@llm-orchestrator/secrets-core";
import fc from "fast-check";
import { type Action, action, options } from "./actions.js";
import { check, type MakeCache, World } from "./world.js";
import { turn } from "./turn.js";

/** No two values are the same. */
let made = 0;
const text = () => `t${++made}`;
const object = () => JSON.stringify({ f: `f${++made}`, g: `g${made}` });

export async function perform(world: World, action: Action): Promise<void> {
  const { cache, clock, memory, model } = world;
  switch (action.type) {
    case "get":
      return world.get(action.place, action.kind);
    case "refuse":
      return world.refuse(action.place, action.back);
    case "getMany":
      return world.getMany(action.keys, action.isFresh);
    case "peek":
      return world.peek(action.key);
    case "clear":
      for (const { key } of world.backend.journal.map(({ place }) => place)) model.forget(key);
      return cache.clear();
    case "cleanUp":
      return void cache.cleanupExpired();
    case "tick":
      return clock.advanceAsync(action.byMs);
    case "freeze":
      return clock.freeze(action.byMs);
    case "stepWallClock":
      return clock.stepWallClock(action.byMs);
    case "fault":
      return memory.simulate(action.code);
    default:
      return write(world, action);
  }
}

type Write = Extract<Action, { readonly type: "put" | "rotate" | "delete" | "restore" | "invalidate" | "behind" }>;

async function write(world: World, action: Extract<Action, { key: string }>): Promise<void> {
  const { cache } = world;
  const { key } = action;
  switch (action.type) {
    case "put": {
      const value = action.isObject && action.field === undefined ? object() : text();
      return world.change(key, cache.putSecret(key, value, pickField(action)));
    }
    case "rotate":
      return world.change(key, cache.rotateSecret(key, { generate: text, ...pickField(action) }));
    case "delete":
      return world.change(key, cache.deleteSecret(key, { mode: action.mode }));
    case "restore":
      return world.change(key, cache.restoreSecret(key));
    case "invalidate":
      return world.change(key, cache.invalidate(key));
    case "behind":
      return behind(world, action);
  }
}
