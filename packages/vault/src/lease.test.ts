import { expect, test } from "vitest";
import { lastingSeconds, toLease, toLookedUp } from "./lease.js";
import type { Outcome } from "./vault-session.js";

function success(body: object): Outcome {
  return { reply: { status: 200, headers: {}, body }, meaning: undefined };
}

const expire_time = "2026-01-01T00:00:00Z";

test.each([
  ["lives", { ttl: 60, expire_time }, 60],
  ["is in its last second", { ttl: 0, expire_time }, 0.5],
  ["does not end", { ttl: 0, expire_time: null }, 0],
])("a token that %s is looked up as that", (_, data, ttlSeconds) => {
  expect(toLookedUp(success({ data }), 0, "t")).toMatchObject({ ttlSeconds, token: "t" });
});

const creation_time = Date.parse(expire_time) / 1_000 - 100;

test.each<[string, object, number]>([
  ["does not end", { ttl: 0, expire_time: null, renewable: true }, Number.POSITIVE_INFINITY],
  ["cannot be renewed", { ttl: 40, renewable: false, explicit_max_ttl: 0 }, 40],
  [
    "can be, without a maximum",
    { ttl: 40, renewable: true, explicit_max_ttl: 0 },
    Number.POSITIVE_INFINITY,
  ],
  ["can be, up to its maximum", { ttl: 20, renewable: true, explicit_max_ttl: 100 }, 20],
  ["can be, beyond this life", { ttl: 20, renewable: true, explicit_max_ttl: 150 }, 70],
  ["can be, and is at its maximum", { ttl: 0, renewable: true, explicit_max_ttl: 100 }, 0],
])("a token that %s lasts as long as that", (_, said, seconds) => {
  const data = { expire_time, creation_time, ...said };
  expect(lastingSeconds(toLookedUp(success({ data }), 0, "t"))).toBe(seconds);
});

test("a renewal that gives no whole second is the token's last one, a login's 0 has no end", () => {
  const answer = success({ auth: { client_token: "t", lease_duration: 0, renewable: true } });
  const login = toLease(answer, 0);
  expect(login).toMatchObject({ ttlSeconds: 0, isOwn: true });
  expect(toLease(answer, 0, login)).toMatchObject({ ttlSeconds: 0.5, isOwn: true });
});

test("a renewal's answer may leave the token out, a login's may not", () => {
  const answer = success({ auth: { lease_duration: 60 } });
  const held = toLease(success({ auth: { client_token: "held", lease_duration: 60 } }), 0);
  expect(toLease(answer, 0, held).token).toBe("held");
  expect(() => toLease(answer, 0)).toThrow(
    expect.objectContaining({ code: "BACKEND_UNAVAILABLE", reason: "malformed" }),
  );
});
