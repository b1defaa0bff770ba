import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { down, passSeconds, startKeeper, stopTime } from "../test/support/keeper.js";

beforeEach(stopTime);
afterEach(() => vi.useRealTimers());

const hourSeconds = 3_600;

test("V23: a token is renewed between 2/3 and 70 % of its life, again and again", async () => {
  const { keeper, of, events } = startKeeper({ ttlSeconds: 300 });
  await keeper.current();
  await passSeconds(199);
  expect(of("renew-self")).toBe(0);
  await passSeconds(12);
  expect(of("renew-self")).toBe(1);
  await passSeconds(3_000 - 211);
  expect(of("renew-self")).toBeGreaterThanOrEqual(14);
  expect(of("renew-self")).toBeLessThanOrEqual(15);
  expect(of("login")).toBe(1);
  expect(events[0]).toEqual({ type: "logged-in", method: "approle", ttlSeconds: 300 });
  expect(events[1]).toEqual({ type: "renewed", method: "approle", ttlSeconds: 300 });
});

test("V23: a fleet that starts together does not renew together", async () => {
  const fleet = Array.from({ length: 40 }, () => startKeeper({ ttlSeconds: 3_000 }));
  await Promise.all(fleet.map(({ keeper }) => keeper.current()));
  await passSeconds(2_025);
  const renewed = fleet.filter(({ of }) => of("renew-self") > 0).length;
  expect(renewed).toBeGreaterThan(0);
  expect(renewed).toBeLessThan(40);
});

test("V23: a renewal that brings less than before is followed by a login at once", async () => {
  const script = { ttlSeconds: 300 };
  const { keeper, requests } = startKeeper(script);
  expect(await keeper.current()).toBe("t1");
  await passSeconds(150);
  script.ttlSeconds = 100; // of 100 that are left until the maximum
  await passSeconds(60);
  expect(requests).toEqual(["login", "renew-self", "login"]);
  expect(await keeper.current()).toBe("t2");
});

test("V24: 50 callers who find the token over, or refused, cause one login", async () => {
  const { keeper, of, script } = startKeeper({ ttlSeconds: 300 });
  await keeper.current();
  script.answer = () => down;
  await passSeconds(301);
  script.answer = () => undefined;
  const before = of("login");
  const tokens = await Promise.all(Array.from({ length: 50 }, () => keeper.current()));
  expect(new Set(tokens)).toEqual(new Set(["t2"]));
  expect(of("login")).toBe(before + 1);
  const next = await Promise.all(Array.from({ length: 50 }, () => keeper.after("t2")));
  expect(new Set(next)).toEqual(new Set(["t3"]));
  expect(of("login")).toBe(before + 2);
  expect(await keeper.after("t2")).toBe("t3"); // who was refused before, and comes late
  expect(of("login")).toBe(before + 2);
});

test("V25: a renewal that fails is tried again several times before the token ends", async () => {
  const { keeper, of, events, script } = startKeeper({ ttlSeconds: 300 });
  await keeper.current();
  script.answer = (request) => (request === "renew-self" ? down : undefined);
  await passSeconds(215);
  expect(of("renew-self")).toBe(1);
  await passSeconds(40);
  expect(of("renew-self")).toBeGreaterThanOrEqual(3);
  expect(of("login")).toBe(1);
  script.answer = () => undefined;
  await passSeconds(20);
  expect(events.at(-1)?.type).toBe("renewed");
  expect(await keeper.current()).toBe("t1");
});

test("V25: while renewals go on failing there is a login before the end", async () => {
  const { keeper, of, script } = startKeeper({ ttlSeconds: 300 });
  await keeper.current();
  script.answer = (request) => (request === "renew-self" ? down : undefined);
  await passSeconds(299);
  expect(of("login")).toBe(2);
  expect(of("renew-self")).toBeLessThan(12);
  expect(await keeper.current()).toBe("t2");
});

test("V25: a renewal that lands after a login does not bring the old token back", async () => {
  const { keeper, script } = startKeeper({ ttlSeconds: 300 });
  await keeper.current();
  let land = () => {};
  script.answer = (request) =>
    request === "renew-self"
      ? new Promise((resolve) => {
          land = () => resolve(undefined);
        })
      : undefined;
  const renewal = keeper.renew();
  expect(await keeper.after("t1")).toBe("t2");
  land();
  await renewal;
  expect(await keeper.current()).toBe("t2");
});

test("V26: a token of 768 hours is renewed once in 512 hours, and not at once", async () => {
  const { keeper, of } = startKeeper({ ttlSeconds: 768 * hourSeconds });
  await keeper.current();
  await passSeconds(5);
  expect(of("renew-self")).toBe(0);
  await passSeconds(511 * hourSeconds);
  expect(of("renew-self")).toBe(0);
  await passSeconds(27 * hourSeconds);
  expect(of("renew-self")).toBe(1);
});

test("V26: a token of ten years is renewed when it is due, in spite of short timers", async () => {
  const years = 10 * 365 * 24 * hourSeconds;
  const delays = vi.spyOn(globalThis, "setTimeout");
  const { keeper, of } = startKeeper({ ttlSeconds: years });
  await keeper.current();
  await passSeconds(years * 0.66);
  expect(of("renew-self")).toBe(0);
  await passSeconds(years * 0.05);
  expect(of("renew-self")).toBe(1);
  expect(Math.max(...delays.mock.calls.map(([, delayMs = 0]) => delayMs))).toBeLessThan(2 ** 31);
});
