import { expect, test } from "vitest";
import { RegionCircuit } from "./region-circuit.js";

test("a region that fails three times in a row is left alone, then tried by one at a time", () => {
  let now = 0;
  const circuit = new RegionCircuit(() => now);
  const fail = (times: number) => {
    for (let time = 0; time < times; time++) circuit.failed("a");
  };
  fail(2);
  expect(circuit.mayTry("a")).toBe(true);
  circuit.succeeded("a");
  fail(2);
  expect(circuit.mayTry("a")).toBe(true);
  fail(1);
  expect([circuit.mayTry("a"), circuit.mayTry("b")]).toEqual([false, true]);
  now = 9_999;
  expect(circuit.mayTry("a")).toBe(false);
  now = 10_000;
  expect([circuit.mayTry("a"), circuit.mayTry("a")]).toEqual([true, false]);
  circuit.failed("a");
  expect(circuit.mayTry("a")).toBe(false);
  now = 20_000;
  expect(circuit.mayTry("a")).toBe(true);
  circuit.gaveUp("a");
  expect(circuit.mayTry("a")).toBe(true);
  circuit.succeeded("a");
  expect([circuit.mayTry("a"), circuit.mayTry("a")]).toEqual([true, true]);
});
