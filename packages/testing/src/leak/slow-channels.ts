import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { type LeakChannels, untyped } from "./channel.js";

const workerSource = `
const { parentPort, workerData } = require("node:worker_threads");
const { inspect } = require("node:util");
const show = (value) => inspect(value, { depth: 20, showHidden: true, maxStringLength: null });
parentPort.on("message", (received) =>
  parentPort.postMessage({ text: show([workerData, received]), received }));
`;

/** What another thread sees of the subject. */
async function seenByWorker(workerData: unknown, message: unknown): Promise<unknown> {
  const worker = new Worker(workerSource, { eval: true, env: {}, workerData });
  try {
    worker.postMessage(message);
    return await once(worker, "message");
  } finally {
    await worker.terminate();
  }
}

/** What Node writes down when the process dies of an error that carries the subject. */
function reported(error: Error): unknown {
  const report = process.report.getReport(error) as unknown;
  const sections = (typeof report === "string" ? JSON.parse(report) : report) as object;
  // Environment and command line are there whatever the subject is.
  const { environmentVariables, header, ...rest } = sections as Record<string, unknown>;
  return rest;
}

/** A worker thread and the diagnostic report: tens of milliseconds each. */
export const slowChannels: LeakChannels = {
  "worker thread": [
    (subject) => seenByWorker(undefined, subject),
    (subject) => seenByWorker({ subject }, { subject }),
  ],
  "diagnostic report": [
    (subject) => reported(Object.assign(new Error(untyped(subject)), { subject })),
    (subject) => reported(new Error("outer", { cause: subject })),
    (subject) => (subject instanceof Error ? reported(subject) : ""),
  ],
};
