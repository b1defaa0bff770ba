import type { Scheduler } from "fast-check";
import type { FakeClock } from "secrets-tools/fake-clock";
import { check } from "./check.js";

/** Lets scheduled things happen until the work is settled. What waits for a timer gets its time. */
export async function driveUntil(
  work: Promise<unknown>,
  scheduler: Scheduler,
  clock: FakeClock,
): Promise<void> {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  work.then(over, over);
  for (let waits = 0; !isOver; waits++) {
    check(waits < 100, "every call is answered");
    await scheduler.waitIdle();
    if (!isOver) clock.advance(1);
  }
  await work;
}
