import type { SecretUse } from "@llm-orchestrator/secrets-live";
import { expect, test } from "vitest";
import { untilUnused } from "./until-unused.js";

const use = (version: string, count: number): SecretUse => ({ version, count, lastUsedAt: 0 });

/** Two processes, seen in these states one after the other. How many looks it took. */
async function looksUntilUnused(...states: (readonly SecretUse[])[][]): Promise<number> {
  let looks = 0;
  const look = async () => {
    const state = states[looks++];
    if (!state) throw new Error("looked on and on");
    return state;
  };
  await untilUnused("1", { look, quiet: async () => {} });
  return looks;
}

const moved = [use("2", 3), use("1", 9)];

test("all have moved on, and the old count stands still", async () => {
  expect(await looksUntilUnused([moved, moved], [moved, moved])).toBe(2);
});

test.each([
  ["one still sends the old one", [moved, [use("1", 9)]]],
  ["one has not sent anything", [moved, []]],
  ["one sent the old one between two looks", [moved, [use("2", 1), use("1", 10)]]],
])("%s: looks again", async (_, state) => {
  const before = [moved, [use("1", 9)]];
  const after = [moved, [use("2", 5), use("1", 10)]];
  expect(await looksUntilUnused(before, state, after, after)).toBe(4);
});
