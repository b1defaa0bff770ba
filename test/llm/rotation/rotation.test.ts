import { on } from "node:events";
import { size } from "secrets-tools/test-size";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { Provider } from "../../../examples/rotation/src/provider.js";
import { type RunOptions, type RunResult, run } from "../../../examples/rotation/src/run.js";
import { bundleWorker } from "./bundle-worker.js";

const processes = size(2, 4);
const callers = size(4, 8);
const rotations = size(5, 20);
const timeLimitMs = size(60_000, 240_000);
let worker: Awaited<ReturnType<typeof bundleWorker>>;

beforeAll(async () => {
  worker = await bundleWorker();
}, 60_000);
afterAll(() => worker.dispose());

/** Every caller had two more answers: what was under way is over. */
const quiet = (provider: Provider, signal: AbortSignal) =>
  provider.untilEach(processes * callers, { count: 2, signal });

async function runWith(options: Partial<RunOptions>): Promise<RunResult> {
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  return run({
    ...{ processes, callers, rotations, quiet, overlap: false, ttlMs: 3_600_000, maxRetries: 2 },
    ...{ clients: "live", thinkingMs: 0, signal: controller.signal },
    worker: worker.file,
    ...options,
  });
}

const failuresOf = ({ reports }: RunResult) => reports.map(({ failures }) => failures);
const versionsOf = ({ reports }: RunResult) => reports.map(({ uses }) => uses[0]?.version);
const nothing = Array(processes).fill({});

/** One refusal of each process waits until another caller of it was served with the next key. */
async function holdFirstCaller(provider: Provider, caller: string, key: string): Promise<void> {
  const [process, index] = caller.split("/");
  if (index !== "0") return;
  for await (const [served, used] of on(provider.events, "answer")) {
    if (used !== key && served.startsWith(`${process}/`)) return;
  }
}

const late = { maxRetries: 0, beforeRefusal: holdFirstCaller };

/** What one rotation cost each process. */
function costsOf({ steps }: RunResult): { refused: number; reads: number }[] {
  return steps.slice(1).flatMap((after, step) => {
    const before = steps[step];
    return after.reports.map(({ reads }, index) => ({
      refused: (after.refusals[index] ?? 0) - (before?.refusals[index] ?? 0),
      reads: reads - (before?.reports[index]?.reads ?? 0),
    }));
  });
}

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
