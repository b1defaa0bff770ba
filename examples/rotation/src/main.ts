import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { dim, Picture, totals } from "./picture.js";
import { type RunOptions, run } from "./run.js";

const { values } = parseArgs({
  options: {
    processes: { type: "string", default: "4" },
    callers: { type: "string", default: "8" },
    rotations: { type: "string", default: "20" },
    static: { type: "boolean", default: false },
  },
});
const rotations = Number(values.rotations);
const common = {
  ...{ processes: Number(values.processes), callers: Number(values.callers) },
  ...{ maxRetries: 2, thinkingMs: 25 },
  clients: values.static ? "static" : "live",
  worker: fileURLToPath(new URL("./worker.js", import.meta.url)),
  signal: AbortSignal.timeout(120_000),
} satisfies Partial<RunOptions>;

/** Whether no call failed. */
async function show(
  title: string,
  options: Pick<RunOptions, "overlap" | "ttlMs" | "rotations">,
): Promise<boolean> {
  const picture = new Picture(title, options.rotations);
  const onProgress: RunOptions["onProgress"] = (progress) => picture.show(progress);
  const result = await run({ ...common, ...options, onProgress });
  picture.end(result);
  return totals(result).failed === 0;
}

const { processes, callers } = common;
console.log(`${processes} processes, each with ${callers} callers that never pause, use one key.`);

// Caches that would keep the old key for an hour: the refusal alone makes them ask.
const isAtOnceFine = await show("The old key is revoked at once", {
  ...{ overlap: false, ttlMs: 3_600_000, rotations },
});
// Each cache finds the new key when its time is over, and nobody is refused.
const isOverlapFine =
  isAtOnceFine &&
  (await show("Both keys are valid until nobody sends the old one", {
    ...{ overlap: true, ttlMs: 200, rotations: Math.ceil(rotations / 4) },
  }));

if (isOverlapFine) {
  console.log(`\nNo call failed.\n${dim("Next: the source is in examples/rotation/src.")}`);
} else {
  console.log("\nCalls failed.");
  process.exitCode = 1;
}
