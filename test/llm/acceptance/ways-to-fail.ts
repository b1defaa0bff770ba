import { expect } from "vitest";
import { secretErrorIn, statusOf } from "./errors.js";
import { type Asker, errorOf } from "./every-way.js";
import { newKey, oldKey, ttlMs, type World } from "./world.js";

/** Makes a call fail, hands back its error, and leaves a world in which calls work again. */
export type WayToFail = (world: World, client: Asker) => Promise<unknown>;

/** Cannot stand in a header. */
export const brokenKey = "sk-canary-broken-40ae\nsk-second-line";

const bothKeysAreRefused: WayToFail = async (world, client) => {
  world.accept();
  world.server.echoesKey = true;
  await world.put(oldKey);
  const error = await errorOf(client.ask());
  expect(statusOf(error)).toBe(401);
  expect(world.seen().slice(-2)).toEqual(["new 401", "old 401"]);
  world.server.echoesKey = false;
  world.accept(oldKey, newKey);
  return error;
};

const theServiceRepeatsTheKey: WayToFail = async (world, client) => {
  const headers = { "x-echo": oldKey };
  world.server.failures.push({ status: 400, message: `got ${oldKey}`, headers });
  const error = await errorOf(client.ask());
  expect(statusOf(error)).toBe(400);
  return error;
};

const theConnectionIsCut: WayToFail = async (world, client) => {
  world.server.failures.push({ status: "drop" });
  return errorOf(client.ask());
};

const theStoreIsDown: WayToFail = async (world, client) => {
  world.clock.advance(ttlMs);
  world.fail("BACKEND_UNAVAILABLE");
  const error = await errorOf(client.ask());
  expect(secretErrorIn(error)?.code).toBe("BACKEND_UNAVAILABLE");
  world.fail(undefined);
  return error;
};

const theKeyCannotBeSent: WayToFail = async (world, client) => {
  await world.put(brokenKey);
  world.store.clear();
  const error = await errorOf(client.ask());
  expect(secretErrorIn(error)?.code).toBe("INVALID_SECRET");
  await world.put(oldKey);
  world.store.clear();
  return error;
};

/** For a client that holds the new key. */
export const waysToFail: readonly WayToFail[] = [
  bothKeysAreRefused,
  theServiceRepeatsTheKey,
  theConnectionIsCut,
  theStoreIsDown,
  theKeyCannotBeSent,
];
