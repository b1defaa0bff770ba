import { abortable, SecretError } from "@llm-orchestrator/secrets-core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { logWarnings } from "../test/support/events.js";
import { appRole, passSeconds, refused, startKeeper, stopTime } from "../test/support/keeper.js";
import { TokenKeeper } from "./token-keeper.js";
import type { VaultAuth } from "./vault-auth.js";
import type { SendOptions, VaultSession } from "./vault-session.js";

beforeEach(stopTime);
afterEach(() => vi.useRealTimers());

test("V27: a login's token that cannot be renewed is replaced in time", async () => {
  const { keeper, of } = startKeeper({ ttlSeconds: 300, renewable: false });
  await keeper.current();
  await passSeconds(1_000);
  expect(of("renew-self")).toBe(0);
  expect(of("login")).toBe(5);
});

test("V27: a token for two requests is used twice, and never spent on a renewal", async () => {
  const { keeper, of } = startKeeper({ ttlSeconds: 300, uses: 2 });
  const tokens = await Promise.all(Array.from({ length: 9 }, () => keeper.current()));
  expect(tokens).toEqual(["t1", "t1", "t2", "t2", "t3", "t3", "t4", "t4", "t5"]);
  await passSeconds(1_000);
  expect(of("renew-self")).toBe(0);
  expect(of("lookup-self")).toBe(0);
});

test("V27: a login that lives shorter than its own answer takes is used, not repeated", async () => {
  const { keeper, of, script } = startKeeper({ ttlSeconds: 1 });
  script.answer = () => new Promise((resolve) => setTimeout(() => resolve(undefined), 2_000));
  const token = keeper.current();
  await passSeconds(2);
  expect(await token).toBe("t1");
  expect(of("login")).toBe(1);
});

test.each([
  ["that does not end", { ttlSeconds: 0 }],
  ["that counts its uses", { ttlSeconds: 300, uses: 5 }],
  ["that cannot be renewed", { ttlSeconds: 300, renewable: false }],
])("V27: a token %s is looked at once, and not renewed", async (_, script) => {
  const { keeper, requests } = startKeeper(script, { method: "token", token: "t0" });
  expect(await keeper.current()).toBe("t0");
  expect(requests).toEqual([]); // not on a call's path
  await passSeconds(100_000);
  expect(await keeper.current()).toBe("t0");
  expect(requests).toEqual(["lookup-self"]);
});

test("V27: a token is not even looked at where that was asked", async () => {
  const auth: VaultAuth = { method: "token", token: "t0", lookUp: false };
  const { keeper, requests } = startKeeper({ ttlSeconds: 300 }, auth);
  await keeper.current();
  await passSeconds(100_000);
  expect(requests).toEqual([]);
});

test("V27: the end of a token that was handed over is announced once", async () => {
  const warnings = logWarnings();
  const auth: VaultAuth = { method: "token", token: "t0" };
  const { keeper, events } = startKeeper({ ttlSeconds: 300, renewable: false }, auth);
  await keeper.current();
  await passSeconds(220);
  expect(events.map(({ type }) => type)).toEqual(["expiring"]);
  expect(events[0]?.ttlSeconds).toBeGreaterThan(80);
  expect(warnings.codes).toEqual(["VAULT_TOKEN_EXPIRING"]);
  await passSeconds(1_000);
  expect(events).toHaveLength(1);
  expect(warnings.codes).toHaveLength(1);
  warnings.stop();
});

test("V28: refused logins are far between, and everybody gets the same error", async () => {
  const { keeper, of, script } = startKeeper({ ttlSeconds: 300 });
  script.answer = () => refused;
  const errors = new Set<unknown>();
  for (let tenth = 0; tenth < 3_000; tenth++) {
    await keeper.current().catch((error: unknown) => errors.add(error));
    await passSeconds(0.1);
  }
  expect(of("login")).toBeGreaterThan(5);
  expect(of("login")).toBeLessThanOrEqual(13); // pauses of 1, 2, 4 … 60 s in 300
  expect(errors.size).toBe(of("login"));
  expect([...errors].every((error) => SecretError.isInstance(error))).toBe(true);
});

test("V28: a replacement that is refused is tried again with pauses, and the end announced once", async () => {
  const { keeper, of, events, script } = startKeeper({ ttlSeconds: 3_000 });
  await keeper.current();
  script.answer = () => refused;
  await passSeconds(3_000);
  expect(of("renew-self")).toBe(1);
  expect(of("login")).toBeGreaterThan(10);
  expect(of("login")).toBeLessThan(30);
  expect(events.filter(({ type }) => type === "expiring")).toHaveLength(1);
  await passSeconds(3_000); // it is over: who needs a token asks for one
  expect(of("login")).toBeLessThan(30);
});

test("V28: a token that is refused as soon as it is there does not make logins come faster", async () => {
  const { keeper, of } = startKeeper({ ttlSeconds: 300 });
  const error = new SecretError("AUTHENTICATION_FAILED");
  for (let tenth = 0; tenth < 100; tenth++) {
    const token = await keeper.current();
    const next = await keeper.after(token).catch(() => undefined);
    if (next !== undefined) keeper.noteRefusedAgain(next, error);
    await passSeconds(0.1);
  }
  expect(of("login")).toBeLessThanOrEqual(6); // 10 s
});

test("V40: no timer keeps a process alive, and close leaves none", async () => {
  const timers = vi.spyOn(globalThis, "setTimeout");
  const { keeper } = startKeeper({ ttlSeconds: 300 });
  await keeper.current();
  await passSeconds(1_000);
  expect(timers.mock.results.length).toBeGreaterThan(4);
  for (const { value } of timers.mock.results) expect(value.hasRef()).toBe(false);
  expect(vi.getTimerCount()).toBe(1);
  await keeper.close(true);
  expect(vi.getTimerCount()).toBe(0);
});

test("V40: a login that lands while the store closes is revoked, and its caller told", async () => {
  const { keeper, requests, script, events } = startKeeper({ ttlSeconds: 300 });
  script.answer = (request) =>
    request === "login"
      ? new Promise((resolve) => setTimeout(() => resolve(undefined), 500))
      : undefined;
  const token = keeper.current();
  const closing = keeper.close(true);
  const outcome = expect(token).rejects.toMatchObject({ code: "CLOSED" });
  await passSeconds(0.5);
  await closing;
  await outcome;
  expect(requests).toEqual(["login", "revoke-self"]);
  expect(vi.getTimerCount()).toBe(0);
  expect(events).toEqual([]);
});

test("V40: a server that does not answer holds a close up for two seconds at most", async () => {
  const { keeper, script } = startKeeper({ ttlSeconds: 300 });
  await keeper.current();
  script.answer = () => new Promise(() => {});
  const after = keeper.after("t1");
  const outcome = expect(after).rejects.toMatchObject({ code: "CLOSED" });
  let isClosed = false;
  const closing = keeper.close(true).then(() => {
    isClosed = true;
  });
  await passSeconds(1.9);
  expect(isClosed).toBe(false);
  await passSeconds(0.2);
  await closing;
  await outcome;
});

test.each([
  ["a look at the token", { method: "token", token: "t0" }, 1],
  ["a renewal", appRole, 220],
] as const)(
  "V40: close() ends %s that is under way, which keeps nothing alive before",
  async (...row) => {
    const [, auth, seconds] = row;
    const pending: SendOptions[] = [];
    const client_token = "t1";
    const send: VaultSession["send"] = async ({ path }, options) => {
      const body = { auth: { client_token, lease_duration: 300, renewable: true } };
      if (path.endsWith("login"))
        return { reply: { status: 200, headers: {}, body }, meaning: undefined };
      if (!path.endsWith("revoke-self")) pending.push(options);
      if (path.endsWith("revoke-self")) throw new Error("it cannot be reached");
      return abortable(options.signal, () => new Promise(() => {}));
    };
    const keeper = new TokenKeeper(auth, { send });
    await keeper.current();
    await passSeconds(seconds);
    expect(pending).toMatchObject([{ isBackground: true, signal: { aborted: false } }]);
    await keeper.close(true);
    expect(pending[0]?.signal?.aborted).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  },
);

test("V40: a closed keeper neither logs in nor renews", async () => {
  const { keeper, requests } = startKeeper({ ttlSeconds: 300 });
  await keeper.close(true);
  for (const call of [() => keeper.current(), () => keeper.after("t"), () => keeper.renew()]) {
    await expect(call()).rejects.toMatchObject({ code: "CLOSED" });
  }
  expect(requests).toEqual([]);
});

test.each([
  ["throws", () => fail()],
  ["rejects", async () => fail()],
])("a listener that %s breaks nothing", async (_, listener) => {
  const send: VaultSession["send"] = async () => {
    const auth = { client_token: "t", lease_duration: 300, renewable: true };
    return { reply: { status: 200, headers: {}, body: { auth } }, meaning: undefined };
  };
  const keeper = new TokenKeeper(appRole, { send }, listener);
  expect(await keeper.current()).toBe("t");
  await keeper.renew();
  await keeper.close(false);
});

function fail(): never {
  throw new Error("a listener's own mistake");
}
