import { describe, expect, test } from "vitest";
import { FakeClock } from "./fake-clock.ts";

const start = Date.UTC(2026, 0, 1);

describe("the fake clock", () => {
  test("stands still until it is moved", () => {
    const { now, monotonicNow } = new FakeClock();
    expect([now(), now(), monotonicNow()]).toEqual([start, start, 0]);
  });

  test("advances both clocks", () => {
    const clock = new FakeClock(5_000);
    clock.advance(250);
    expect([clock.now(), clock.monotonicNow()]).toEqual([5_250, 250]);
    expect(() => clock.advance(-1)).toThrow(RangeError);
    expect(() => clock.advance(Number.NaN)).toThrow(RangeError);
  });

  test("steps the wall clock alone, both ways, and no timer notices", () => {
    const clock = new FakeClock();
    let fired = 0;
    clock.setTimeout(() => fired++, 1_000);
    clock.stepWallClock(3_600_000);
    expect([clock.now() - start, clock.monotonicNow(), fired]).toEqual([3_600_000, 0, 0]);
    clock.stepWallClock(-7_200_000);
    expect([clock.now() - start, clock.monotonicNow(), fired]).toEqual([-3_600_000, 0, 0]);
    clock.advance(1_000);
    expect(fired).toBe(1);
  });

  test("runs timers in order, each at its own time", () => {
    const clock = new FakeClock();
    const seen: string[] = [];
    const note = (name: string) => () => void seen.push(`${name} at ${clock.monotonicNow()}`);
    clock.setTimeout(note("late"), 300);
    clock.setTimeout(note("early"), 100);
    clock.setTimeout(note("early, second"), 100);
    clock.setTimeout(() => clock.setTimeout(note("nested"), 50), 100);
    clock.advance(299);
    expect(seen).toEqual(["early at 100", "early, second at 100", "nested at 150"]);
    clock.advance(1);
    expect(seen.at(-1)).toBe("late at 300");
    expect([clock.now() - start, clock.pendingTimers]).toEqual([300, 0]);
  });

  test("forgets timers that are cleared", () => {
    const clock = new FakeClock();
    let fired = 0;
    const timer = clock.setTimeout(() => fired++, 10);
    expect([timer.hasRef(), timer.unref().hasRef(), timer.ref().hasRef()]).toEqual([
      true,
      false,
      true,
    ]);
    clock.clearTimeout(timer);
    clock.clearTimeout(undefined);
    clock.advance(100);
    expect([fired, clock.pendingTimers]).toEqual([0, 0]);
  });

  test("runs a timer without a delay one millisecond later, as Node does", () => {
    const clock = new FakeClock();
    let fired = 0;
    clock.setTimeout(() => fired++);
    clock.advance(0);
    expect(fired).toBe(0);
    clock.advance(1);
    expect(fired).toBe(1);
  });

  test("after a freeze runs everything late", () => {
    const clock = new FakeClock();
    const seen: number[] = [];
    clock.setTimeout(() => seen.push(clock.monotonicNow()), 1_000);
    clock.freeze(3_500);
    expect([seen, clock.now() - start]).toEqual([[3_500], 3_500]);
  });

  test("lets promises settle between timers", async () => {
    const clock = new FakeClock();
    const seen: number[] = [];
    const loop = (async () => {
      for (let turn = 0; turn < 3; turn++) {
        await clock.delay(100);
        seen.push(clock.monotonicNow());
      }
    })();
    await clock.advanceAsync(300);
    await loop;
    expect(seen).toEqual([100, 200, 300]);
  });

  test("cuts a delay short when its signal aborts, and leaves no timer", async () => {
    const clock = new FakeClock();
    const controller = new AbortController();
    const delay = clock.delay(100, controller.signal);
    const reason = new Error("enough");
    controller.abort(reason);
    await expect(delay).rejects.toBe(reason);
    await expect(clock.delay(100, controller.signal)).rejects.toBe(reason);
    expect(clock.pendingTimers).toBe(0);
  });
});
