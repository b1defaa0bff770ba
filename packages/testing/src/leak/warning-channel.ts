import { inspect } from "node:util";
import { type LeakChannel, printDepth, untyped } from "./channel.js";

let queue: Promise<unknown> = Promise.resolve();

/**
 * `process.emitWarning`, without a line on stderr: for one turn of the event loop our listener
 * stands in for all others, and hands them what is not ours. One probe at a time.
 */
export const warningChannel: LeakChannel = [
  (subject) => {
    const captured = queue.then(() => capture(subject));
    queue = captured.catch(() => {});
    return captured;
  },
];

async function capture(subject: unknown): Promise<string> {
  const { error, warnings } = emit(subject);
  const others = process.listeners("warning");
  const seen: unknown[] = [];
  const listener = (warning: Error) => {
    if (warnings.has(warning.name)) seen.push(warning);
    else for (const other of others) other.call(process, warning);
  };
  process.removeAllListeners("warning").on("warning", listener);
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", listener);
  for (const other of others) process.on("warning", other);
  return [...error, ...seen].map((warning) => describe(warning)).join("\n");
}

/** Emitted on the next tick, so after the listeners have been changed. */
function emit(subject: unknown) {
  const name = "LeakProbeWarning";
  const own = (options: object) => Object.assign(new Error("warning", options), { name });
  const attempts = [
    () => process.emitWarning(own({ cause: subject })),
    () => process.emitWarning(Object.assign(own({}), { subject })),
    () => process.emitWarning(`${subject}`, { type: name, detail: `${subject}` }),
    () => process.emitWarning(untyped(subject), { type: name }),
  ];
  const error: unknown[] = [];
  for (const attempt of attempts) {
    try {
      attempt();
    } catch (thrown) {
      error.push(thrown);
    }
  }
  const names = [name, ...(subject instanceof Error ? [subject.name] : [])];
  return { error, warnings: new Set(names) };
}

/** What Node prints of a warning, and what a listener that logs it shows. */
function describe(warning: unknown): string {
  const { stack, detail } = warning as Error & { detail?: string };
  return [String(warning), stack, detail, inspect(warning, { depth: printDepth })].join("\n");
}
