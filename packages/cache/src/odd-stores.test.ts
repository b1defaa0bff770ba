import {
  portableKeySyntax,
  type Secret,
  type SecretStore,
  secretValue,
} from "@llm-orchestrator/secrets-core";
import { FakeClock } from "secrets-tools/fake-clock";
import { expect, test } from "vitest";
import { SecretCache } from "./index.js";

const secret = (key: string): Secret => ({
  ...{ key, value: secretValue("value"), labels: ["one"], stale: false, store: "odd" },
  tags: { team: "one" },
});

/** A store of somebody's own making, who did not extend anything. */
function oddStore(parts: Partial<Record<keyof SecretStore, unknown>>): SecretStore {
  return {
    ...{ specificationVersion: 1, name: "odd", capabilities: {}, keySyntax: portableKeySyntax },
    getSecret: async (key: string) => secret(key),
    ...parts,
  } as unknown as SecretStore;
}

test("nobody can change a secret for the others", async () => {
  const cache = new SecretCache(oddStore({}));
  const read = (await cache.getSecret("key")) as unknown as {
    value: unknown;
    tags: object;
    labels: unknown[];
  };
  expect(() => {
    read.value = secretValue("attacker");
  }).toThrow(TypeError);
  expect(() => read.labels.push("two")).toThrow(TypeError);
  expect(Object.isFrozen(read.tags)).toBe(true);
  expect((await cache.getSecret("key")).value.expose()).toBe("value");
});

test.each([
  [
    "throws",
    () => {
      throw new Error("canary-odd");
    },
  ],
  [
    "rejects with what is no SecretError",
    async () => {
      throw new Error("canary-odd");
    },
  ],
  ["gives nothing", async () => undefined],
  ["gives something else", async () => ({ value: "canary-odd" })],
])("a store that %s is UNKNOWN, and nothing is kept", async (_, getSecret) => {
  const cache = new SecretCache(oddStore({ getSecret }));
  const error = await cache.getSecret("key").catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "UNKNOWN" });
  expect(String(error)).not.toContain("canary");
  expect(cache.size).toBe(0);
});

test("what is thrown where it should reject does not come out of the cache as a throw", async () => {
  const fail = () => {
    throw new Error("at once");
  };
  const cache = new SecretCache(oddStore({ getSecret: fail, getSecrets: fail }));
  await expect(cache.getSecret("no//key")).rejects.toThrow("at once");
  await expect(cache.getSecrets("key" as never)).rejects.toThrow("at once");
});

test("two keys that fall due together do not need capabilities", async () => {
  const clock = new FakeClock();
  const getSecrets = async (keys: readonly string[]) => ({
    secrets: new Map(keys.map((key) => [key, secret(key)])),
    errors: new Map(),
  });
  const cache = new SecretCache(oddStore({ getSecrets }), { ttlMs: 1_000, jitter: false, clock });
  await cache.preload(["a", "b"]);
  clock.advance(900);
  await cache.getSecret("a");
  await cache.getSecret("b");
  await clock.advanceAsync(5);
  expect(cache.stats()).toMatchObject({ refreshes: 2, backendCalls: 2 });
});

test("a refresh that never comes does not hold up those who wait with a deadline", async () => {
  const clock = new FakeClock();
  let calls = 0;
  const getSecret = (key: string) =>
    ++calls === 2 ? new Promise<Secret>(() => {}) : Promise.resolve(secret(key));
  const cache = new SecretCache(oddStore({ getSecret }), { ttlMs: 1_000, jitter: false, clock });
  await cache.getSecret("key");
  clock.advance(900);
  await cache.getSecret("key"); // its refresh is the one that never comes
  await clock.advanceAsync(5);
  clock.advance(100);
  const controller = new AbortController();
  const waiting = cache.getSecret("key", { signal: controller.signal });
  controller.abort();
  await expect(waiting).rejects.toThrow("aborted");
  expect((await cache.getSecret("key")).key).toBe("key");
  expect(calls).toBe(3);
});

test("a store without name, capabilities or key syntax is no store", () => {
  for (const name of ["name", "capabilities", "keySyntax"] as const) {
    expect(() => new SecretCache(oddStore({ [name]: undefined }))).toThrow(
      expect.objectContaining({ code: "CONFIGURATION", reason: "not-a-store" }),
    );
  }
});
