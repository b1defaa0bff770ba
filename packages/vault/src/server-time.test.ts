import { afterEach, expect, test, vi } from "vitest";
import { rowsOf } from "./kv2-rows.ts";
import { serverTimeOf } from "./server-time.ts";

const date = "Sun, 01 Feb 2026 12:00:00 GMT";
const noon = Date.parse(date);
afterEach(() => {
  vi.useRealTimers();
});

test.each<[what: string, clock: number, time: number]>([
  ["right", noon + 300, noon + 300],
  ["behind", noon - 60_000, noon],
  ["ahead", noon + 60_000, noon + 999],
])("the server's date counts, and below it a clock that is %s", (_, clock, time) => {
  vi.useFakeTimers({ toFake: ["Date"], now: clock });
  expect(serverTimeOf({ headers: { date } })).toBe(time);
  for (const headers of [{}, { date: "soon" }]) expect(serverTimeOf({ headers })).toBe(clock);
});

const created = "2026-02-01T11:00:00.123456789Z";
test.each<[what: string, deletion: string, state: string]>([
  ["a date an hour after it, which has come", "2026-02-01T12:00:00.123456789Z", "deleted"],
  ["a date that has not come", "2026-02-01T12:00:00.124456789Z", "live"],
  ["a date of tomorrow", "2026-02-02T11:00:00.123456789Z", "live"],
  ["a deletion", "2026-02-01T11:30:00.1Z", "deleted"],
  [
    "a deletion by a clock that is ahead of the answer's",
    "2026-02-01T12:00:03.987654321Z",
    "deleted",
  ],
  ["a deletion in a whole millisecond", "2026-02-01T12:00:03.987Z", "deleted"],
  ["none", "", "live"],
])("a version with %s is what that makes it", (_, deletion, state) => {
  const versions = { 1: { created_time: created, deletion_time: deletion } };
  const [row] = rowsOf({ current_version: 1, versions }, noon + 123);
  expect([row?.state, row?.isCurrent]).toEqual([state, state === "live"]);
});
