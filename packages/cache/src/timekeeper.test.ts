import { FakeClock } from "secrets-tools/fake-clock";
import { expect, test } from "vitest";
import { Timekeeper } from "./timekeeper.js";

function fixture() {
  const clock = new FakeClock();
  let looks = 0;
  const counting = {
    now: clock.now,
    monotonicNow: () => {
      looks++;
      return clock.monotonicNow();
    },
    setTimeout: clock.setTimeout,
    clearTimeout: clock.clearTimeout,
  };
  const timekeeper = new Timekeeper(counting);
  return { clock, timekeeper, looks: () => looks };
}

test("a moment is past when either clock has reached it", () => {
  const { clock, timekeeper } = fixture();
  const isBefore = () => timekeeper.isBefore(100, 100);
  clock.advance(99);
  expect(isBefore()).toBe(true);
  clock.stepWallClock(1);
  expect(isBefore()).toBe(false);
  clock.stepWallClock(-50);
  expect(isBefore()).toBe(true);
  clock.advance(1);
  expect(isBefore()).toBe(false);
});

test("a burst within a millisecond reads the monotonic clock now and then", () => {
  const { timekeeper, looks } = fixture();
  const before = looks();
  for (let read = 0; read < 1_600; read++) expect(timekeeper.isBefore(100, 100)).toBe(true);
  expect(looks() - before).toBeLessThan(130);
});

test("and once more as soon as the wall clock moves", () => {
  const { clock, timekeeper, looks } = fixture();
  for (let read = 0; read < 100; read++) timekeeper.isBefore(100, 100);
  clock.advance(1);
  const before = looks();
  timekeeper.isBefore(100, 100);
  expect(looks() - before).toBe(1);
});

test("a burst does not stretch a life: within it, one millisecond is assumed to have passed", () => {
  const { clock, timekeeper } = fixture();
  clock.advance(99);
  const answers = Array.from({ length: 64 }, () => timekeeper.isBefore(200, 100));
  expect(answers.slice(0, 16)).not.toContain(false);
  expect(answers.slice(16)).toContain(false);
});
