import { on } from "node:events";
import { expect, test } from "vitest";
import type { Provider } from "../../../examples/rotation/src/provider.js";
import type { RunOptions } from "../../../examples/rotation/src/run.js";
import {
  callers,
  costsOf,
  failuresOf,
  nothing,
  processes,
  rotations,
  runWith,
  timeLimitMs,
  versionsOf,
} from "./rotation-run.js";

/** One refusal of each process waits until another caller of it was served with the next key. */
async function holdFirstCaller(provider: Provider, caller: string, key: string): Promise<void> {
  const [process, index] = caller.split("/");
  if (index !== "0") return;
  for await (const [served, used] of on(provider.events, "answer")) {
    if (used !== key && served.startsWith(`${process}/`)) return;
  }
}

const late = { maxRetries: 0, beforeRefusal: holdFirstCaller };

test.each<[string, Partial<RunOptions>]>([
  ["with the SDKs' own retries", {}],
  ["without them, nor is the store read when a refusal comes late", late],
])(
  "a key that is revoked at once fails no call, %s",
  async (_, options) => {
    const result = await runWith(options);
    expect(failuresOf(result)).toEqual(nothing);
    expect(versionsOf(result)).toEqual(Array(processes).fill(`${rotations + 1}`));
    const costs = costsOf(result);
    expect(costs).toHaveLength(processes * rotations);
    for (const { refused, reads } of costs) {
      expect(refused).toBeGreaterThanOrEqual(1); // else nothing was shown
      expect(refused).toBeLessThanOrEqual(callers);
      expect(reads).toBe(1);
    }
    expect(result.reads).toEqual(Array(processes).fill(rotations + 1)); // the server counts alike
  },
  timeLimitMs,
);

test(
  "an old key that is revoked when nobody sends it any more is never refused",
  async () => {
    const result = await runWith({ overlap: true, ttlMs: 100 });
    expect(failuresOf(result)).toEqual(nothing);
    expect(versionsOf(result)).toEqual(Array(processes).fill(`${rotations + 1}`));
    expect(result.refusals).toEqual(Array(processes).fill(0));
  },
  timeLimitMs,
);

test(
  "control: with clients that were given their key once, the same fails calls",
  async () => {
    const result = await runWith({ clients: "static", maxRetries: 0 });
    expect(failuresOf(result)).not.toEqual(nothing);
    expect(result.rotations).toBe(0);
  },
  timeLimitMs,
);
