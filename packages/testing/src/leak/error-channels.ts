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
    failing((subject) => assert.equal(subject, "other")),
    failing((subject) => assert.strictEqual(subject, "other")),
    failing((subject) => assert.strictEqual(subject, { ...Object(subject) })),
    failing((subject) => assert.notStrictEqual(subject, subject)),
  ],
  "assert.deepEqual": [
    failing((subject) => assert.deepEqual(subject, { other: 1 })),
    failing((subject) => assert.deepStrictEqual({ subject }, { subject: "other" })),
    failing((subject) => assert.deepStrictEqual("other", subject)),
    failing((subject) => assert.notDeepStrictEqual({ subject }, { subject })),
  ],
  "assert.throws, match, ok": [
    failing((subject) =>
      assert.throws(
        () => {
          throw subject;
        },
        { message: "other" },
      ),
    ),
    failing((subject) => assert.match(untyped(subject), /$^/)),
    failing((subject) => assert.fail(untyped(subject))),
    failing((subject) => assert.ifError(subject)),
    failing((subject) => assert.ok(false, untyped(subject))),
  ],
};
