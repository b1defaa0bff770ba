import { expect, test } from "vitest";
import { placeOf, SeenVersions } from "./seen-versions.js";

const at = (seconds: number) => new Date(seconds * 1_000).toISOString();
const behind = { code: "BACKEND_UNAVAILABLE", reason: "replica-behind", retryable: true };

test("an older version than the primary gave is refused, an equal or a newer one is not", () => {
  const seen = new SeenVersions();
  expect(seen.refuse("k", at(1))).toBeUndefined();
  seen.note("k", at(5));
  expect(seen.refuse("k", at(4))).toMatchObject(behind);
  expect(seen.refuse("k", undefined)).toMatchObject(behind);
  expect([seen.refuse("k", at(5)), seen.refuse("k", at(6))]).toEqual([undefined, undefined]);
  seen.note("k", at(3)); // rolled back: the primary is believed
  expect(seen.refuse("k", at(3))).toBeUndefined();
  seen.note("k", undefined); // it is gone there
  expect(seen.refuse("k", at(1))).toBeUndefined();
});

test("stages of a key have times of their own", () => {
  const seen = new SeenVersions();
  seen.note(placeOf("k", "AWSCURRENT"), at(5));
  seen.note(placeOf("k", "AWSPREVIOUS"), at(3));
  expect(seen.refuse(placeOf("k", "AWSPREVIOUS"), at(3))).toBeUndefined();
  expect(seen.refuse(placeOf("k", "AWSPREVIOUS"), at(2))).toMatchObject(behind);
  expect(seen.refuse("k", at(3))).toMatchObject(behind);
});

test("it remembers 10,000 keys: those that were read last, from the primary or a replica", () => {
  const seen = new SeenVersions();
  for (let index = 0; index < 10_001; index++) seen.note(`k${index}`, at(5));
  expect(seen.refuse("k0", at(4))).toBeUndefined();
  expect(seen.refuse("k1", at(4))).toBeDefined(); // now it is the one read last
  seen.note("k2", at(5)); // and now this
  seen.note("more", at(5));
  const isKnown = (key: string) => seen.refuse(key, at(4)) !== undefined;
  expect(["k1", "k2", "k3", "k4", "more"].map(isKnown)).toEqual([true, true, false, true, true]);
});
