import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { failure, folderOf, keysOf, storeOf, textOf } from "../test/support.js";
import { KeyClaims } from "./key-claims.js";

const colliding = ["a/b_c", "a_b/c", "a/b/c", "a-b/c", "A/B_C", "a.b.c"];

describe("two keys on one variable", () => {
  test("are refused: of six, the one that was found first stays", async () => {
    for (const first of colliding) {
      const store = storeOf({ A_B_C: "x" });
      expect(await textOf(store, first)).toBe("x");
      for (const other of colliding.filter((key) => key !== first)) {
        const call = () => store.getSecret(other);
        const error = await failure(call, "CONFIGURATION", "key-collision");
        for (const part of [first, other, "A_B_C", "allowCollisions"]) {
          expect(error.message).toContain(part);
        }
      }
      expect(await textOf(store, first)).toBe("x");
    }
  });

  test("are refused also when they are asked for at once, in files too", async () => {
    const store = storeOf({ A_B_C: "x" }, { folder: folderOf({ d_e_f: "y" }) });
    const inVariable = await store.getSecrets(colliding);
    expect([inVariable.secrets.size, inVariable.errors.size]).toEqual([1, 5]);
    const inFile = await store.getSecrets(["d/e/f", "d/e_f", "d-e/f"]);
    expect([inFile.secrets.size, inFile.errors.size]).toEqual([1, 2]);
  });

  test("are allowed when the option says so", async () => {
    const store = storeOf({ A_B_C: "x" }, { allowCollisions: true, writable: true });
    const { secrets } = await store.getSecrets(colliding);
    expect(secrets.size).toBe(6);
    for (const key of colliding) await store.putSecret(key, "y");
  });

  test("do not meet through a key that was only looked for, or is empty", async () => {
    const environment: Record<string, string> = {};
    const store = storeOf(environment);
    await failure(() => store.getSecret("a/b_c"), "NOT_FOUND");
    environment.A_B_C = "";
    await failure(() => store.getSecret("a/b/c"), "NOT_FOUND");
    environment.A_B_C = "x";
    expect(await textOf(store, "a_b/c")).toBe("x");
  });

  test("are another matter in another store", async () => {
    const environment = { A_B: "x" };
    expect(await textOf(storeOf(environment), "a/b")).toBe("x");
    expect(await textOf(storeOf(environment), "a-b")).toBe("x");
  });

  test("are refused before anything is written or deleted", async () => {
    const environment: Record<string, string> = {};
    const store = storeOf(environment, { writable: true });
    const permanent = { mode: "permanent" } as const;
    await store.putSecret("a/b", "first");
    await failure(() => store.putSecret("a-b", "second"), "CONFIGURATION", "key-collision");
    await failure(() => store.deleteSecret("a-b", permanent), "CONFIGURATION", "key-collision");
    expect(environment).toEqual({ A_B: "first" });
    await store.deleteSecret("a/b", permanent);
    await store.putSecret("a-b", "now free");
  });
});

describe("a listed key", () => {
  test("is never refused and keeps no other key out", async () => {
    for (const first of colliding) {
      const store = storeOf({ A_B_C: "x" });
      expect(await textOf(store, "a_b_c")).toBe("x");
      expect(await textOf(store, first)).toBe("x");
      for (const prefix of ["a", "a/", "a/b/", "a_b/", "a-b/"]) {
        const keys = await keysOf(store, prefix);
        expect((await store.getSecrets(keys)).errors.size).toBe(0);
        expect(keys).toHaveLength(1);
      }
      expect(await textOf(store, first)).toBe("x");
    }
  });

  test("of any store, read in any order after any reads, is found", async () => {
    const name = fc.stringMatching(/^[A-C]_[A-C]{1,2}(_[A-C]{1,2})?$/);
    const key = fc.stringMatching(/^[a-cA-C][/_.-][a-c]{1,2}([/_.-][a-c]{1,2})?$/);
    const prefix = fc.constantFrom("a", "a/", "b_", "b.", "c-", "c/a");
    const property = fc.asyncProperty(
      ...([fc.array(name), fc.array(key), fc.array(prefix)] as const),
      async (names, keys, prefixes) => {
        const store = storeOf(Object.fromEntries(names.map((each) => [each, "x"])));
        const lists = await Promise.all(prefixes.map((each) => keysOf(store, each)));
        await store.getSecrets(keys);
        const listed = lists.concat(await Promise.all(prefixes.map((each) => keysOf(store, each))));
        expect([...(await store.getSecrets(listed.flat())).errors.values()]).toEqual([]);
      },
    );
    await fc.assert(property, { numRuns: 500, seed: 4 });
  });
});

test("what is remembered is bounded, and the newest stays", () => {
  const claims = new KeyClaims();
  const forgotten = () => claims.check("k/other", "K_0");
  claims.claim("k/0", "K_0");
  expect(forgotten).toThrow("K_0");
  for (let index = 1; index <= 10_000; index++) claims.claim(`k/${index}`, `K_${index}`);
  expect(forgotten).not.toThrow();
  expect(() => claims.check("k/other", "K_1")).toThrow("K_1");
  for (let index = 0; index <= 10_000; index++) claims.list(`l/${index}`);
  claims.claim("l-0", "L_0");
  claims.claim("l-1", "L_1");
  expect(() => claims.check("l/0", "L_0")).toThrow("L_0");
  expect(() => claims.check("l/1", "L_1")).not.toThrow();
});

test("a key that was found in a .env file counts as one that was found", async () => {
  const folder = folderOf({ ".env": "A_B=1" });
  const store = storeOf({}, { dotenv: join(folder, ".env") });
  expect(await textOf(store, "a/b")).toBe("1");
  await failure(() => store.getSecret("a.b"), "CONFIGURATION", "key-collision");
});
