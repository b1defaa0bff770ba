import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CallDeadline } from "./call-deadline.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const deadlineMs = 5_000;
const newContext = (signal?: AbortSignal) => ({ signal, countRetry() {} });

/** Ends when its signal aborts, with the signal's reason. */
const untilAborted = ({ signal }: { signal?: AbortSignal | undefined }) =>
  new Promise<never>((_, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason));
  });

const tooLate = { code: "BACKEND_UNAVAILABLE", reason: "timeout", retryable: true };

test("work that takes too long is told so by its signal, after the deadline and not before", async () => {
  const run = new CallDeadline(deadlineMs).run(newContext(), untilAborted);
  const outcome = run.catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(deadlineMs - 1);
  expect(await Promise.race([outcome, "under way"])).toBe("under way");
  await vi.advanceTimersByTimeAsync(1);
  expect(await outcome).toMatchObject(tooLate);
});

test("what is done in time leaves no timer", async () => {
  const calls = new CallDeadline(deadlineMs);
  expect(await calls.run(newContext(), async () => "done")).toBe("done");
  await expect(calls.run(newContext(), () => Promise.reject("failed"))).rejects.toBe("failed");
  expect(vi.getTimerCount()).toBe(0);
});

test("pieces of one call share its deadline, also one after the other; another call has its own", async () => {
  const calls = new CallDeadline(deadlineMs);
  const context = newContext();
  await calls.run(context, () => vi.advanceTimersByTimeAsync(deadlineMs - 100));
  const late = calls.run(context, untilAborted).catch((error: unknown) => error);
  const other = calls.run(newContext(), untilAborted).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(100);
  expect(await late).toMatchObject(tooLate);
  expect(await Promise.race([other, "under way"])).toBe("under way");
  await vi.advanceTimersByTimeAsync(deadlineMs);
  expect(await other).toMatchObject(tooLate);
});

test("the caller's own reason comes through, and a call that was cancelled before begins nothing", async () => {
  const calls = new CallDeadline(deadlineMs);
  const controller = new AbortController();
  const run = calls.run(newContext(controller.signal), untilAborted);
  controller.abort("no longer wanted");
  await expect(run).rejects.toBe("no longer wanted");
  const work = vi.fn();
  await expect(calls.run(newContext(controller.signal), work)).rejects.toBe("no longer wanted");
  expect(work).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});

test("whoever waits for idle waits for every piece, however many wait", async () => {
  const calls = new CallDeadline(deadlineMs);
  await calls.idle();
  const finish: (() => void)[] = [];
  const piece = () => new Promise<void>((resolve) => finish.push(resolve));
  const context = newContext();
  const runs = [calls.run(context, piece), calls.run(context, piece)];
  runs.push(calls.run(newContext(), piece));
  const idle = vi.fn();
  const waits = [calls.idle().then(idle), calls.idle().then(idle)];
  for (const [index, end] of finish.entries()) {
    end();
    await runs[index];
    await vi.advanceTimersByTimeAsync(0);
    expect(idle).toHaveBeenCalledTimes(index === 2 ? 2 : 0);
  }
  await Promise.all(waits);
});
