import { beforeEach, describe, expect, test, vi } from "vitest";
import { type Call, History, type HistoryOperation } from "./history.ts";
import { checkHistory } from "./history-checker.ts";

const ttlMs = 100;
let nowMs: number;
let history: History;
beforeEach(() => {
  nowMs = 0;
  history = new History();
  vi.spyOn(performance, "now").mockImplementation(() => nowMs);
  return () => vi.restoreAllMocks();
});

const begin = (operation: HistoryOperation) => history.begin(0, operation, "key");
/** Ends with this version, and the value that was written as it. */
const end = (call: Call, version?: number) =>
  history.end(call, version === undefined ? undefined : { version, value: `value ${version}` });
/** A call that nothing overlaps. */
const run = (operation: HistoryOperation, version?: number) => end(begin(operation), version);
const rules = () => checkHistory(history.events, ttlMs).map(({ rule }) => rule);

describe("the checker reports", () => {
  test("a value that nobody wrote", () => {
    run("put", 1);
    history.end(begin("get"), { version: 1, value: "another" });
    expect(rules()).toEqual(["a value that nobody wrote"]);
  });

  test("a version that two calls wrote", () => {
    run("put", 1);
    run("external", 1);
    expect(rules()).toEqual(["a version that two calls wrote"]);
  });

  test.each(["put", "rotate"] as const)("a read older than a %s that had resolved", (write) => {
    run("put", 1);
    const overlapping = begin("get");
    run(write, 2);
    end(overlapping, 1);
    expect(rules()).toEqual([]);
    run("get", 1);
    expect(rules()).toEqual(["older than a write that had resolved"]);
  });

  test.each(["get", "fresh", "many"] as const)("a %s older than an earlier read", (read) => {
    run("put", 1);
    run("external", 2);
    const overlapping = begin(read);
    run("get", 2);
    end(overlapping, 1);
    expect(rules()).toEqual([]);
    run(read, 1);
    expect(rules()).toEqual(["older than an earlier read"]);
  });

  test("a read that misses a write past the cache for longer than the TTL", () => {
    run("put", 1);
    run("external", 2);
    nowMs = ttlMs;
    run("get", 1);
    expect(rules()).toEqual([]);
    nowMs = ttlMs + 3;
    run("get", 1);
    expect(rules()).toEqual(["older than a write past the cache, beyond the TTL"]);
  });

  test("a read of what was deleted, unless it was restored", () => {
    run("put", 1);
    run("delete");
    const restore = begin("restore");
    run("get", 1);
    end(restore);
    run("get", 1);
    expect(rules()).toEqual([]);
    run("delete");
    run("get", 1);
    expect(rules()).toEqual(["there after its deletion had resolved"]);
    run("put", 2);
    run("get", 2);
    expect(rules()).toHaveLength(1);
  });

  test.each<[HistoryOperation, number?]>([["put", 2], ["restore"]])(
    "nothing found after a %s that came after the deletion",
    (operation, version) => {
      run("get");
      run("put", 1);
      const deletion = begin("delete");
      run("get");
      end(deletion);
      run("get");
      expect(rules()).toEqual([]);
      run(operation, version);
      run("get");
      expect(rules()).toEqual(["not there after its write had resolved"]);
    },
  );

  test("nothing found long after a write past the cache", () => {
    run("external", 1);
    run("get");
    expect(rules()).toEqual([]);
    nowMs = ttlMs + 3;
    run("get");
    expect(rules()).toEqual(["not there after its write had resolved"]);
  });
});

test("the checker keeps keys apart, and lets a failed write count for nothing", () => {
  history.end(history.begin(0, "put", "one"), { version: 5, value: "value 5" });
  history.end(history.begin(0, "put", "other"), { version: 1, value: "value 1" });
  history.end(history.begin(0, "rotate", "other"));
  history.end(history.begin(0, "get", "other"), { version: 1, value: "value 1" });
  expect(rules()).toEqual([]);
});
