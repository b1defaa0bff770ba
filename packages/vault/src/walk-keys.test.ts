import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { folderOf, walkKeys } from "./walk-keys.ts";

/** Lists as Vault does: one level, folders with a `/`. */
function listOf(keys: readonly string[], folder: string): string[] {
  const below = keys.filter((key) => key.startsWith(folder)).map((key) => key.slice(folder.length));
  return [...new Set(below.map((rest) => rest.replace(/\/.*/, "/")))];
}

async function walk(keys: readonly string[], prefix: string, concurrency = 3) {
  let running = 0;
  let most = 0;
  let lists = 0;
  const list = async (folder: string) => {
    lists++;
    most = Math.max(most, ++running);
    await new Promise(setImmediate);
    running--;
    return listOf(keys, folder).reverse();
  };
  const found: string[] = [];
  for await (const key of walkKeys(prefix, list, concurrency)) found.push(key);
  return { found, most, lists };
}

const segment = fc.constantFrom("a", "b", "a.b", "a-b", "a b", "é", "z", "A", "0");
const key = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join("/"));

describe("a walk", () => {
  test("finds every key of a prefix once, sorted, however they lie", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(key, { maxLength: 30 }),
        key,
        fc.nat(9),
        async (keys, other, cut) => {
          const prefix = other.slice(0, cut);
          const { found } = await walk(keys, prefix);
          expect(found).toEqual(keys.filter((each) => each.startsWith(prefix)).sort());
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });

  test("asks for no folder twice, and for none that cannot hold the prefix", async () => {
    const keys = ["a/x/1", "a/y/2", "b/z/3", "top"];
    expect((await walk(keys, "")).lists).toBe(6);
    expect((await walk(keys, "a/x")).lists).toBe(2);
  });

  test("has at most so many requests under way, at whatever depth", async () => {
    const keys = Array.from({ length: 400 }, (_, index) => {
      return `${index % 5}/${index % 20}/${index % 100}/${index}`;
    });
    for (const concurrency of [1, 2, 7]) {
      const { found, most } = await walk(keys, "", concurrency);
      expect(found).toHaveLength(400);
      expect(most).toBeLessThanOrEqual(concurrency);
      if (concurrency > 1) expect(most).toBeGreaterThan(1);
    }
  });

  test("throws what a folder throws when its turn comes, and nothing goes unheard", async () => {
    const list = async (folder: string) => {
      if (folder === "b/") throw new Error("denied");
      return folder === "" ? ["a", "b/", "c/"] : ["x"];
    };
    const found: string[] = [];
    const walking = (async () => {
      for await (const each of walkKeys("", list, 5)) found.push(each);
    })();
    await expect(walking).rejects.toThrow("denied");
    expect(found).toEqual(["a"]);
  });

  test.each([
    ["", ""],
    ["a", ""],
    ["a/", "a/"],
    ["a/b", "a/"],
    ["a/b/c d", "a/b/"],
  ])("of the prefix %j begins at %j", (prefix, folder) => {
    expect(folderOf(prefix)).toBe(folder);
  });
});
