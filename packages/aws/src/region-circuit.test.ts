import { FakeClock } from "secrets-tools/fake-clock";
import { describe, expect, test } from "vitest";
import { type Permit, RegionCircuit } from "./region-circuit.js";

function make() {
  const clock = new FakeClock();
  const circuit = new RegionCircuit(clock.monotonicNow);
  const fail = (times: number) => {
    for (let time = 0; time < times; time++) circuit.failed({ region: "a", isTrial: false });
  };
  const mayTry = () => circuit.mayTry("a");
  return { clock, circuit, fail, mayTry };
}

describe("a region that fails", () => {
  test("three times in a row is left alone for ten seconds, and others are not", () => {
    const { clock, circuit, fail, mayTry } = make();
    fail(2);
    expect(mayTry()).toEqual({ region: "a", isTrial: false });
    fail(1);
    expect([mayTry(), circuit.mayTry("b")]).toEqual([undefined, { region: "b", isTrial: false }]);
    clock.advance(9_999);
    expect(mayTry()).toBeUndefined();
    clock.advance(1);
    expect(mayTry()).toEqual({ region: "a", isTrial: true });
  });

  test("twice, answers, and fails twice is asked still", () => {
    const { circuit, fail, mayTry } = make();
    fail(2);
    circuit.succeeded({ region: "a", isTrial: false });
    fail(2);
    expect(mayTry()).toBeDefined();
  });
});

describe("the trial", () => {
  function opened() {
    const made = make();
    made.fail(3);
    made.clock.advance(10_000);
    return { ...made, trial: made.mayTry() as Permit };
  }

  test("is one at a time; when it fails, the next comes ten seconds later", () => {
    const { clock, circuit, mayTry, trial } = opened();
    expect(mayTry()).toBeUndefined();
    clock.advance(60_000);
    expect(mayTry()).toBeUndefined();
    circuit.failed(trial);
    clock.advance(9_999);
    expect(mayTry()).toBeUndefined();
    clock.advance(1);
    expect(mayTry()).toEqual({ region: "a", isTrial: true });
  });

  test("that succeeds lets everybody in", () => {
    const { circuit, mayTry, trial } = opened();
    circuit.succeeded(trial);
    expect([mayTry(), mayTry()]).toEqual(Array(2).fill({ region: "a", isTrial: false }));
  });

  test("that is cancelled leaves its place to the next", () => {
    const { circuit, mayTry, trial } = opened();
    circuit.gaveUp(trial);
    expect(mayTry()).toEqual({ region: "a", isTrial: true });
  });

  test("goes on alone when others end that began before it", () => {
    const { circuit, fail, mayTry } = opened();
    fail(1);
    circuit.gaveUp({ region: "a", isTrial: false });
    expect(mayTry()).toBeUndefined();
  });

  test("is not put off by others that fail late", () => {
    const { clock, fail, mayTry } = make();
    fail(3);
    clock.advance(9_000);
    fail(5);
    clock.advance(1_000);
    expect(mayTry()).toEqual({ region: "a", isTrial: true });
  });
});
