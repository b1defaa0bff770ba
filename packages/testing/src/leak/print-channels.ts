import { Console } from "node:console";
import { Writable } from "node:stream";
import { format, type InspectOptions, inspect } from "node:util";
import { holdersOf, type LeakChannel, type LeakChannels, printDepth, untyped } from "./channel.js";

function printed(print: (console: Console) => void): string {
  let text = "";
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += chunk;
      done();
    },
  });
  print(new Console({ stdout: stream, stderr: stream }));
  return text;
}

const logging = (method: "log" | "error" | "info" | "warn" | "debug" | "trace"): LeakChannel => [
  (subject) => printed((console) => console[method](subject)),
  (subject) => printed((console) => console[method]("%s %o", subject, { subject }, subject)),
];

function settled(subject: unknown): Promise<unknown> {
  const promise = Promise.resolve(subject);
  promise.catch(() => {}); // a subject whose `then` throws
  return promise;
}

const inspecting = (options: InspectOptions): LeakChannel => [
  (subject) => holdersOf(subject).map((holder) => inspect(holder, options)),
];

const derived = (derive: (subject: object) => object): LeakChannel =>
  [{ depth: printDepth }, { showHidden: true, depth: printDepth }, { showProxy: true }].map(
    (options) => (subject) => inspect(derive(Object(subject) as object), options),
  );

const formatting = (mark: string): LeakChannel => [
  (subject) => format(`${mark} end`, subject),
  (subject) => format(`${mark} end`, { subject }),
];

/** `console.*`, `util.inspect` in its modes and `util.format` with its marks. */
export const printChannels: LeakChannels = {
  "console.log": logging("log"),
  "console.error": logging("error"),
  "console.info": logging("info"),
  "console.warn": logging("warn"),
  "console.debug": logging("debug"),
  "console.trace": logging("trace"),
  "console.dir": [
    (subject) => printed((console) => console.dir(subject)),
    (subject) =>
      printed((console) => console.dir({ subject }, { showHidden: true, depth: printDepth })),
    (subject) => printed((console) => console.dirxml({ subject })),
  ],
  "console.table": [
    (subject) => printed((console) => console.table(subject)),
    (subject) => printed((console) => console.table([{ subject }, subject])),
  ],
  "console.group": [(subject) => printed((console) => console.group(subject, { subject }))],
  "console.assert": [
    (subject) => printed((console) => console.assert(false, untyped(subject))),
    (subject) => printed((console) => console.assert(false, "%s", { subject })),
  ],
  "console.count and time": [
    (subject) => printed((console) => console.count(untyped(subject))),
    (subject) =>
      printed((console) => {
        console.time(untyped(subject));
        console.timeLog(untyped(subject), subject);
        console.timeEnd(untyped(subject));
      }),
  ],
  inspect: inspecting({}),
  "inspect deep": inspecting({ depth: printDepth, maxArrayLength: null, maxStringLength: null }),
  "inspect showHidden": inspecting({ depth: printDepth, showHidden: true }),
  "inspect customInspect: false": [
    ...inspecting({ depth: printDepth, customInspect: false }),
    ...inspecting({ depth: printDepth, customInspect: false, showHidden: true, getters: true }),
  ],
  "inspect getters": inspecting({ depth: printDepth, getters: true }),
  "inspect showProxy": inspecting({ depth: printDepth, showProxy: true }),
  "inspect colors": inspecting({ depth: printDepth, colors: true }),
  "inspect compact": [
    ...inspecting({ depth: printDepth, compact: true }),
    ...inspecting({ depth: printDepth, compact: false, sorted: true, numericSeparator: true }),
  ],
  "inspect Object.create": derived((subject) => Object.create(subject) as object),
  "inspect Proxy": derived((subject) => new Proxy(subject, {})),
  "inspect clone": derived((subject) =>
    Object.create(
      Object.getPrototypeOf(subject) as object | null,
      Object.getOwnPropertyDescriptors(subject),
    ),
  ),
  "inspect prototype": derived((subject) => (Object.getPrototypeOf(subject) ?? {}) as object),
  "inspect WeakMap, Promise": [
    (subject) => inspect(new WeakMap([[{}, subject]]), { showHidden: true }),
    (subject) => inspect(settled(subject)),
    (subject) => inspect(new CustomEvent("subject", { detail: subject })),
    (subject) => inspect([subject][Symbol.iterator](), { showHidden: true }),
  ],
  format: [(subject) => format(subject), (subject) => format("end", subject, { subject })],
  "format %s": formatting("%s"),
  "format %o": formatting("%o"),
  "format %O": formatting("%O"),
  "format %j": formatting("%j"),
  "format %d %i %f %c": formatting("%d %i %f %c"),
};
