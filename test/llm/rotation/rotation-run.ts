import { size } from "secrets-tools/test-size";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import type { Provider } from "../../../examples/rotation/src/provider.js";
import { type RunOptions, type RunResult, run } from "../../../examples/rotation/src/run.js";
import { bundleWorker } from "./bundle-worker.js";

export const processes = size(2, 4);
export const callers = size(4, 8);
export const rotations = size(5, 20);
export const timeLimitMs = size(60_000, 240_000);
export const nothing = Array(processes).fill({});

let worker: Awaited<ReturnType<typeof bundleWorker>>;
beforeAll(async () => {
  worker = await bundleWorker();
}, 60_000);
afterAll(() => worker?.dispose());

/** Every caller had two more answers: what was under way is over. */
export const quiet = (provider: Provider, signal: AbortSignal) =>
  provider.untilEach(processes * callers, { count: 2, signal });

export async function runWith(options: Partial<RunOptions>): Promise<RunResult> {
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  return run({
    ...{ processes, callers, rotations, quiet, overlap: false, ttlMs: 3_600_000, maxRetries: 2 },
    ...{ clients: "live", thinkingMs: 0, signal: controller.signal },
    worker: worker.file,
    ...options,
  });
}

export const failuresOf = ({ reports }: RunResult) => reports.map(({ failures }) => failures);
export const versionsOf = ({ reports }: RunResult) => reports.map(({ uses }) => uses[0]?.version);

/** What one rotation cost each process. */
export function costsOf({ steps }: RunResult): { refused: number; reads: number }[] {
  return steps.slice(1).flatMap((after, step) => {
    const before = steps[step];
    return after.reports.map(({ reads }, index) => ({
      refused: (after.refusals[index] ?? 0) - (before?.refusals[index] ?? 0),
      reads: reads - (before?.reports[index]?.reads ?? 0),
    }));
  });
}
