import { FakeClock } from "secrets-tools/fake-clock";
import { onTestFinished, vi } from "vitest";
import { rotationClock } from "../../../src/rotation-clock.js";

/** Time of rotations for one test: a pause ends at once, and the clock is later by then. */
export function fakeTime(): {
  readonly pauses: readonly number[];
  readonly now: () => number;
  advance(ms: number): void;
} {
  const clock = new FakeClock();
  const pauses: number[] = [];
  vi.spyOn(rotationClock, "wallMs").mockImplementation(clock.now);
  vi.spyOn(rotationClock, "elapsedMs").mockImplementation(clock.monotonicNow);
  vi.spyOn(rotationClock, "pause").mockImplementation(async (ms, signal) => {
    if (signal?.aborted) throw signal.reason;
    pauses.push(ms);
    clock.advance(ms);
  });
  onTestFinished(() => void vi.restoreAllMocks());
  return { pauses, now: clock.now, advance: (ms) => clock.advance(ms) };
}
