import process from "node:process";

/**
 * Collects what a process prints and warns of, while it goes on to where it belongs. Streams are
 * patched once however many collect, so that suites that run side by side undo it in any order.
 */

type Collector = (text: string) => void;
type Write = typeof process.stdout.write;

const collectors = new Set<Collector>();
const consoleMethods = ["log", "info", "warn", "error", "debug", "trace"] as const;
let restore: (() => void) | undefined;

/** Calls `collect` with everything that is printed until the returned function is called. */
export function watchOutput(collect: Collector): () => void {
  collectors.add(collect);
  restore ??= patch();
  return () => {
    collectors.delete(collect);
    if (collectors.size > 0) return;
    restore?.();
    restore = undefined;
  };
}

function patch(): () => void {
  const undo = [
    patchStream(process.stdout),
    patchStream(process.stderr),
    ...consoleMethods.map(patchConsole),
  ];
  const onWarning = (warning: Error) => tell(String(warning.stack ?? warning.message));
  process.on("warning", onWarning);
  return () => {
    for (const undoOne of undo) undoOne();
    process.off("warning", onWarning);
  };
}

function patchStream(stream: NodeJS.WriteStream): () => void {
  const original = stream.write;
  const patched = function write(this: unknown, ...parameters: Parameters<Write>) {
    tell(String(parameters[0]));
    return original.apply(stream, parameters);
  } as Write;
  stream.write = patched;
  return () => {
    if (stream.write === patched) stream.write = original;
  };
}

/** A test runner puts a console of its own in place, which may never reach the streams. */
function patchConsole(name: (typeof consoleMethods)[number]): () => void {
  const { console } = globalThis;
  const original = console[name];
  const patched = (...parameters: unknown[]) => {
    for (const parameter of parameters) tell(printed(parameter));
    original.apply(console, parameters);
  };
  console[name] = patched;
  return () => {
    if (console[name] === patched) console[name] = original;
  };
}

function tell(text: string): void {
  for (const collect of collectors) collect(text);
}

function printed(parameter: unknown): string {
  if (typeof parameter === "string") return parameter;
  if (parameter instanceof Error) return `${parameter.stack} ${parameter.message}`;
  try {
    return JSON.stringify(parameter) ?? "";
  } catch {
    return "";
  }
}
