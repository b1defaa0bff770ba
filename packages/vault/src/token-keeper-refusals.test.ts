import { SecretError } from "@llm-orchestrator/secrets-core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { logWarnings } from "../test/support/events.js";
import {
  appRole,
  down,
  type KeeperRun,
  passSeconds,
  refused,
  revoked,
  startKeeper,
  stopTime,
} from "../test/support/keeper.js";
import type { VaultAuth } from "./vault-auth.js";

beforeEach(stopTime);
afterEach(() => vi.useRealTimers());

const error = new SecretError("AUTHENTICATION_FAILED", { reason: "token" });
const types = ({ events }: KeeperRun) => events.map(({ type }) => type);

/** Seconds, in tenths, until a login is tried again. */
async function pauseOf({ keeper, of }: KeeperRun): Promise<number> {
  const before = of("login");
  for (let tenths = 0; ; tenths++) {
    const token = keeper.held();
    const login = token === undefined ? keeper.current() : keeper.after(token);
    await login.catch(() => {});
    if (of("login") > before) return tenths / 10;
    await passSeconds(0.1);
  }
}

test("V28: a burst of reads that a new token was refused for is one refusal, and one event", async () => {
  const run = startKeeper({ ttlSeconds: 300 });
  const { keeper } = run;
  const next = await keeper.after(await keeper.current());
  for (let count = 0; count < 20; count++) keeper.noteRefusedAgain(next ?? "", error);
  expect(types(run)).toEqual(["logged-in", "logged-in", "failed"]);
  expect(await pauseOf(run)).toBeLessThanOrEqual(1.1);
});

test("V28: the next token that is refused doubles the pause, one that is not in use does not", async () => {
  const run = startKeeper({ ttlSeconds: 300 });
  const { keeper } = run;
  const next = await keeper.after(await keeper.current());
  keeper.noteRefusedAgain(next ?? "", error);
  await pauseOf(run);
  for (const old of ["t1", next ?? ""]) keeper.noteRefusedAgain(old, error); // who was told late
  keeper.noteRefusedAgain(await keeper.current(), error);
  const pause = await pauseOf(run);
  expect(pause).toBeGreaterThan(1.4);
  expect(pause).toBeLessThanOrEqual(2.1);
});

test("V28: after a login whose token is good the next refusal is a first one again", async () => {
  const run = startKeeper({ ttlSeconds: 3_000 });
  const { keeper, script } = run;
  await keeper.current();
  for (let round = 0; round < 5; round++) {
    script.answer = () => refused;
    await keeper.after(keeper.held() ?? "").catch(() => {});
    script.answer = () => undefined;
    expect(await pauseOf(run)).toBeLessThanOrEqual(1.1);
    keeper.noteAccepted(keeper.held() ?? "");
  }
});

test("V28: a login alone, or a token from before the refusal, does not shorten the pauses", async () => {
  const run = startKeeper({ ttlSeconds: 3_000 });
  const { keeper, script } = run;
  const before = await keeper.current();
  keeper.noteAccepted(before);
  script.answer = () => refused;
  await keeper.after(before).catch(() => {});
  keeper.noteAccepted(before); // its reads still work
  expect(await pauseOf(run)).toBeGreaterThan(0.7);
  script.answer = () => undefined;
  await pauseOf(run);
  keeper.noteRefusedAgain(await keeper.current(), error);
  keeper.noteAccepted(await keeper.current()); // by another node; it was refused all the same
  expect(await pauseOf(run)).toBeGreaterThan(2.9);
});

test("a credential that cannot be had is asked for every second, however often it fails", async () => {
  let calls = 0;
  const secretId = () => {
    if (++calls < 8) throw new Error("connect ECONNREFUSED");
    return "secret";
  };
  const { keeper, of } = startKeeper(
    { ttlSeconds: 300 },
    { method: "approle", roleId: "role", secretId },
  );
  const failures = new Set<unknown>();
  for (let tenth = 0; of("login") === 0; tenth++) {
    expect(tenth).toBeLessThan(80);
    await keeper.current().catch((thrown: unknown) => failures.add(thrown));
    await passSeconds(0.1);
  }
  expect(calls).toBe(8);
  expect(failures.size).toBe(7);
});

test("renewToken logs in, once, where the server does not know the token any more", async () => {
  const run = startKeeper({ ttlSeconds: 300 });
  const { keeper, requests, script } = run;
  await keeper.current();
  script.answer = (request) => (request === "renew-self" ? revoked : undefined);
  await keeper.renew();
  expect(requests).toEqual(["login", "renew-self", "login"]);
  expect(await keeper.current()).toBe("t2");
  script.answer = (request) => (request === "renew-self" ? revoked : refused);
  await expect(keeper.renew()).rejects.toMatchObject({ code: "AUTHENTICATION_FAILED" });
  expect(requests).toHaveLength(5);
});

test.each<[string, VaultAuth, string]>([
  ["a plain token", { method: "token", token: "t" }, "Log in by a method that can log in again"],
  ["a login", appRole, "the store logs in again before this token ends"],
])("what helps where %s is not renewed fits the method", async (_, auth, fix) => {
  const { keeper, script, of } = startKeeper({ ttlSeconds: 300 }, auth);
  script.answer = (request) => {
    if (request !== "renew-self") return undefined;
    const meaning = { code: "AUTHENTICATION_FAILED", reason: "not-renewable" } as const;
    const reply = { status: 400, headers: {}, body: {} };
    return {
      reply,
      meaning: { ...meaning, detail: "", fix: "Log in by a method that can log in again" },
    };
  };
  const renewal = keeper.renew();
  await expect(renewal).rejects.toMatchObject({ message: expect.stringContaining(fix) });
  expect(of("login")).toBe(auth.method === "token" ? 0 : 1);
});

test("the end of a login's token is announced when it is near, not when a first login fails", async () => {
  const warnings = logWarnings();
  const run = startKeeper({ ttlSeconds: 3_000, renewable: false });
  const { keeper, script, of, events } = run;
  await keeper.current();
  script.answer = () => down;
  await passSeconds(2_500);
  expect(of("login")).toBeGreaterThan(3);
  expect(types(run)).not.toContain("expiring");
  expect(warnings.codes).toEqual([]);
  expect(keeper.isEnding).toBe(false);
  await passSeconds(140);
  const announced = events.filter(({ type }) => type === "expiring");
  expect(announced).toHaveLength(1);
  expect(announced[0]?.ttlSeconds).toBeGreaterThan(360);
  expect(announced[0]?.ttlSeconds).toBeLessThan(3_000 / 7);
  expect(warnings.codes).toEqual(["VAULT_TOKEN_EXPIRING"]);
  expect(keeper.isEnding).toBe(true);
  script.answer = () => undefined;
  await passSeconds(70);
  expect(await keeper.current()).not.toBe("t1");
  expect(keeper.isEnding).toBe(false);
  warnings.stop();
});

test("its last minute is near the end however short its life is", async () => {
  const run = startKeeper({ ttlSeconds: 100, renewable: false });
  await run.keeper.current();
  run.script.answer = () => down;
  await passSeconds(71);
  expect(types(run)).toContain("expiring");
});

test("an end in less than a second is announced with 0, and no end with nothing", async () => {
  const short = startKeeper({ ttlSeconds: 1, renewable: false });
  await short.keeper.current();
  short.script.answer = () => down;
  await passSeconds(0.9);
  expect(short.events.find(({ type }) => type === "expiring")).toEqual({
    ...{ type: "expiring", method: "approle", ttlSeconds: 0 },
  });
  const endless = startKeeper({ ttlSeconds: 0 });
  await endless.keeper.current();
  expect(endless.events).toEqual([{ type: "logged-in", method: "approle" }]);
});
