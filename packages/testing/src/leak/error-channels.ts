import assert from "node:assert";
import { EventEmitter } from "node:events";
import { inspect } from "node:util";
import { type LeakChannels, printDepth, untyped } from "./channel.js";

/** As Node prints an error that nobody caught, and as a log shows it. */
function shown(error: unknown): string {
  const { message, stack } = error as Error;
  return [inspect(error, { depth: printDepth }), String(error), message, stack].join("\n");
}

const failing = (claim: (subject: unknown) => void) => (subject: unknown) => {
  try {
    claim(subject);
  } catch (error) {
    return shown(error);
  }
  return "";
};

/** As `node:assert` prints what it compares. */
const assertPrint = {
  ...{ compact: false, customInspect: false, depth: 1_000, getters: true, sorted: true },
  maxArrayLength: Number.POSITIVE_INFINITY,
} as const;

/**
 * `node:assert` compares prints line by line, in a time that grows with the square of their number:
 * minutes for a buffer of 64 KiB on Node 22. What it would show of so large a subject, the walk of
 * own keys finds.
 */
const comparableLines = 1_000;

const comparing = (claim: (subject: unknown) => void) => (subject: unknown) => {
  const isComparable = inspect(subject, assertPrint).split("\n").length <= comparableLines;
  return isComparable ? failing(claim)(subject) : "";
};

/** An unhandled `error` event ends the process with a message about what was emitted. */
const emitted = failing((subject) => new EventEmitter().emit("error", subject));

/** Errors that carry the subject, and what `node:assert` says when it finds a difference. */
export const errorChannels: LeakChannels = {
  "error message": [
    (subject) => shown(new Error(untyped(subject))),
    (subject) => shown(new TypeError(`failed for ${subject}`)),
    (subject) => shown(new DOMException(untyped(subject))),
  ],
  "error cause": [
    (subject) => shown(new Error("outer", { cause: subject })),
    (subject) => shown(new Error("outer", { cause: new Error("inner", { cause: { subject } }) })),
  ],
  "error property": [(subject) => shown(Object.assign(new Error("outer"), { subject }))],
  AggregateError: [
    (subject) => shown(new AggregateError([subject, { subject }])),
    (subject) => shown(new AggregateError([new Error(untyped(subject))], untyped(subject))),
  ],
  "unhandled error event": [emitted],
  "abort reason": [
    (subject) => inspect(AbortSignal.abort(subject), { depth: printDepth }),
    failing((subject) => AbortSignal.abort({ subject }).throwIfAborted()),
  ],
  "assert.equal": [
    comparing((subject) => assert.equal(subject, "other")),
    comparing((subject) => assert.strictEqual(subject, "other")),
    comparing((subject) => assert.strictEqual(subject, { ...Object(subject) })),
    comparing((subject) => assert.notStrictEqual(subject, subject)),
  ],
  "assert.deepEqual": [
    comparing((subject) => assert.deepEqual(subject, { other: 1 })),
    comparing((subject) => assert.deepStrictEqual({ subject }, { subject: "other" })),
    comparing((subject) => assert.deepStrictEqual("other", subject)),
    comparing((subject) => assert.notDeepStrictEqual({ subject }, { subject })),
  ],
  "assert.throws, match, ok": [
    comparing((subject) =>
      assert.throws(
        () => {
          throw subject;
        },
        { message: "other" },
      ),
    ),
    comparing((subject) => assert.match(untyped(subject), /$^/)),
    comparing((subject) => assert.fail(untyped(subject))),
    comparing((subject) => assert.ifError(subject)),
    comparing((subject) => assert.ok(false, untyped(subject))),
  ],
};
