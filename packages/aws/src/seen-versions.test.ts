import { expect, test } from "vitest";
import { SeenVersions } from "./seen-versions.js";

const at = (seconds: number) => new Date(seconds * 1_000).toISOString();

test("an older version than the primary gave is refused, an equal or a newer one is not", () => {
  const seen = new SeenVersions();
  expect(seen.refuse("k", at(1))).toBeUndefined();
  seen.note("k", at(5));
  expect(seen.refuse("k", at(4))).toMatchObject({ reason: "replica-behind", key: "k" });
  expect(seen.refuse("k", undefined)).toMatchObject({ reason: "replica-behind" });
  expect([seen.refuse("k", at(5)), seen.refuse("k", at(6))]).toEqual([undefined, undefined]);
  seen.note("k", at(3)); // rolled back: the primary is believed
  expect(seen.refuse("k", at(3))).toBeUndefined();
});

test("it remembers 10,000 keys, those used last", () => {
  const seen = new SeenVersions();
  for (let index = 0; index < 10_001; index++) seen.note(`k${index}`, at(5));
  expect(seen.refuse("k0", at(4))).toBeUndefined();
  expect(seen.refuse("k1", at(4))).toBeDefined();
  seen.note("k1", at(5));
  seen.note("more", at(5));
  expect([seen.refuse("k1", at(4)), seen.refuse("k2", at(4))]).toEqual([
    expect.objectContaining({ code: "BACKEND_UNAVAILABLE" }),
    undefined,
  ]);
});
