import { validateHeaderName } from "node:http";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { MIMEType, parseArgs, styleText } from "node:util";
import { type LeakChannels, untyped } from "./channel.js";

/** Of a child, since the subject itself would get a property. The header is name and message. */
function stackOf(subject: unknown): unknown {
  const child = Object.create(Object(subject) as object) as { stack?: unknown };
  Error.captureStackTrace(child);
  return child.stack;
}

const variable = "LEAK_PROBE_SUBJECT";

/** As every child process would see it. */
function inEnvironment(subject: unknown): string | undefined {
  try {
    process.env[variable] = untyped(subject);
    return process.env[variable];
  } finally {
    delete process.env[variable];
  }
}

/** Places that want something else: many an error quotes what it was given. */
export const misuseChannels: LeakChannels = {
  "language errors": [
    (subject) => BigInt(untyped(subject)),
    (subject) => JSON.parse(untyped(subject)) as unknown,
    (subject) => new Map([untyped(subject)]),
    (subject) => "name" in untyped(subject),
    (subject) => Symbol.keyFor(untyped(subject)),
    (subject) => Object.setPrototypeOf({}, untyped(subject)) as unknown,
    (subject) => Object.defineProperty({}, "name", untyped(subject)),
  ],
  "option errors": [
    (subject) => Buffer.from("text", untyped(subject)),
    (subject) => parseArgs({ args: [untyped(subject)] }),
    (subject) => styleText(untyped(subject), "text"),
    (subject) => validateHeaderName(untyped(subject)),
    (subject) => new MIMEType(untyped(subject)),
  ],
  "stack trace": [stackOf],
  stream: [
    (subject) => text(Readable.from([subject])),
    (subject) => new PassThrough().write(untyped(subject)),
  ],
  "process.env": [inEnvironment],
};
