import { setTimeout as wait } from "node:timers/promises";

/** Looks again and again until the condition holds. Other processes tell nobody when it does. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  deadlineMs = 30_000,
): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`Waited ${deadlineMs} ms in vain until ${what}.`);
    await wait(5);
  }
}
