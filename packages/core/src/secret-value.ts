import { platform } from "./runtime.js";
import { SecretError } from "./secret-error.js";
import { publishWarning } from "./warnings.js";

/**
 * A secret in a box. The `expose…` methods are the only way out; printed, serialised, cloned,
 * compared by structure or joined to text it shows `[redacted]`.
 */
export interface SecretValue {
  /** Differs for every value made, so that structural equality never calls two secrets equal. */
  readonly id: string;
  /** The text. @throws SecretError `INVALID_SECRET` (`not-text`) when the bytes are not UTF-8. */
  expose(): string;
  /** A copy of the bytes. */
  exposeBytes(): Uint8Array;
  /** The parsed JSON. @throws SecretError `INVALID_SECRET` (`not-json`), never quoting the text. */
  exposeJson<T = unknown>(): T;
  /** Whether both hold the same bytes, compared in constant time. */
  equals(other: SecretValue): boolean;
}

/** What can be put: text, bytes, or a value that came from a store. */
export type SecretInput = string | Uint8Array | SecretValue;

// Every built-in that touches a value is bound now: patching a prototype later captures nothing.
const uncurry = Function.prototype.bind.bind(Function.prototype.call) as unknown as <
  T,
  A extends unknown[],
  R,
>(
  method: (this: T, ...rest: A) => R,
) => (self: T, ...rest: A) => R;
const getter = (prototype: object, property: PropertyKey) =>
  uncurry(Object.getOwnPropertyDescriptor(prototype, property)?.get as (this: unknown) => unknown);
const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
const lengthOf = getter(typedArray, "length") as (bytes: Uint8Array) => number;
const tagOf = getter(typedArray, Symbol.toStringTag);
const isWellFormed = uncurry(
  (String.prototype as unknown as { isWellFormed(this: string): boolean }).isWellFormed,
);
const encoder = new platform.TextEncoder();
const encode = encoder.encode.bind(encoder);
const decoder = new platform.TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const decode = decoder.decode.bind(decoder);
const parseJson = JSON.parse;
const setBytes = uncurry(Uint8Array.prototype.set);
const Bytes = Uint8Array;
const Storage = ArrayBuffer;
const { freeze } = Object;

const redacted = "[redacted]";
const mark = Symbol.for("llm-orchestrator.secrets.SecretValue");
const idSalt = Math.random().toString(36).slice(2, 7); // tells copies of core and workers apart
let idCount = 0;

/** The bytes of a value that this copy of core made; nothing outside this file has it. */
let ownBytesOf: (subject: object) => Uint8Array | undefined;

class RedactedValue implements SecretValue {
  static {
    ownBytesOf = (subject) => (#bytes in subject ? subject.#bytes : undefined);
  }

  readonly id: string;
  readonly #bytes: Uint8Array;
  readonly #length: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#length = lengthOf(bytes);
    this.id = `[redacted #${idSalt}-${++idCount}]`;
    freeze(this);
  }

  expose(): string {
    const bytes = this.#bytes; // outside: called on a proxy or a stranger it is a TypeError
    try {
      return decode(bytes);
    } catch {
      throw new SecretError("INVALID_SECRET", {
        reason: "not-text",
        detail: "the value is not UTF-8 text",
        fix: "Read it with exposeBytes()",
      });
    }
  }

  exposeBytes(): Uint8Array {
    return new Bytes(this.#bytes);
  }

  exposeJson<T = unknown>(): T {
    const text = this.expose();
    try {
      return parseJson(text) as T;
    } catch {
      throw new SecretError("INVALID_SECRET", {
        reason: "not-json",
        detail: "the value is not JSON",
        fix: "Store JSON, or read the value with expose()",
      });
    }
  }

  equals(other: SecretValue): boolean {
    const mine = this.#bytes;
    const theirs = bytesOf(other);
    if (theirs === undefined) return false;
    const theirLength = lengthOf(theirs);
    let difference = this.#length ^ theirLength;
    for (let index = 0; index < theirLength; index++) {
      difference |= (mine[index % this.#length] ?? 0) ^ (theirs[index] ?? 0);
    }
    return difference === 0;
  }

  toString(): string {
    warnOfConversion();
    return redacted;
  }

  toLocaleString(): string {
    return this.toString();
  }

  valueOf(): string {
    return this.toString();
  }

  [Symbol.toPrimitive](): string {
    return this.toString();
  }

  toJSON(): string {
    return redacted;
  }
}

const inspect = { value: () => redacted };
Object.defineProperties(RedactedValue.prototype, {
  [mark]: { value: true },
  [Symbol.toStringTag]: { value: "SecretValue" },
  [Symbol.for("nodejs.util.inspect.custom")]: inspect,
  [Symbol.for("Deno.customInspect")]: inspect,
});
freeze(RedactedValue.prototype);
freeze(RedactedValue);

/** The bytes of any copy's value, to be read and not kept; `undefined` when it is no value. */
function bytesOf(subject: unknown): Uint8Array | undefined {
  if (!isSecretValue(subject)) return undefined;
  const own = ownBytesOf(subject);
  if (own !== undefined) return own;
  try {
    const foreign: unknown = subject.exposeBytes();
    return tagOf(foreign) === "Uint8Array" ? (foreign as Uint8Array) : undefined;
  } catch {
    return undefined; // something that only bears the mark
  }
}

function warnOfConversion(): void {
  publishWarning({
    code: "SECRET_CONVERTED_TO_TEXT",
    message:
      "A secret was converted to text implicitly and became [redacted]. " +
      "Where the value itself is wanted (a header, say), call .expose().",
  });
}

/** True for a {@link SecretValue} of any installed copy of core. */
export function isSecretValue(subject: unknown): subject is SecretValue {
  try {
    return typeof subject === "object" && subject !== null && mark in subject;
  } catch {
    return false; // a revoked proxy
  }
}

/**
 * Boxes text or bytes (copied). A {@link SecretValue} is handed back, one of another copy of core
 * boxed anew.
 *
 * @throws SecretError `INVALID_SECRET` for an empty value (`empty`), text with a lone surrogate
 * (`not-text`) and any other type (`wrong-type`).
 * @example
 * ```ts
 * import { secretValue } from "@llm-orchestrator/secrets-core";
 *
 * const key = secretValue("sk-example");
 * console.log(key); // [redacted]
 * const header = `Bearer ${key.expose()}`;
 * ```
 */
export function secretValue(input: SecretInput): SecretValue {
  if (typeof input === "string") return box(encodeText(input));
  const bytes = bytesOf(input);
  if (bytes !== undefined && ownBytesOf(input as SecretValue) === bytes)
    return input as SecretValue;
  if (bytes !== undefined) return box(ownCopy(bytes));
  if (tagOf(input) === "Uint8Array") return box(ownCopy(input as Uint8Array));
  throw new SecretError("INVALID_SECRET", {
    reason: "wrong-type",
    detail: `the value is ${input === null ? "null" : `of type ${typeof input}`}`,
    fix: "Pass a string, a Uint8Array or a SecretValue; objects as JSON text",
  });
}

function box(bytes: Uint8Array): SecretValue {
  if (lengthOf(bytes) > 0) return new RedactedValue(bytes);
  throw new SecretError("INVALID_SECRET", {
    reason: "empty",
    detail: "the value is empty",
    fix: "Store at least one character; delete the secret to remove it",
  });
}

function encodeText(text: string): Uint8Array {
  if (isWellFormed(text)) return encode(text);
  throw new SecretError("INVALID_SECRET", {
    reason: "not-text",
    detail: "the text holds a lone surrogate, which UTF-8 cannot carry",
    fix: "Pass well-formed text, or the bytes as a Uint8Array",
  });
}

/** In an allocation of its own: a pooled Buffer shares its memory with strangers. */
function ownCopy(source: Uint8Array): Uint8Array {
  const copy = new Bytes(new Storage(lengthOf(source)));
  setBytes(copy, source);
  return copy;
}

/** Whether the value is UTF-8 text. */
export function isText(value: SecretValue): boolean {
  try {
    value.expose();
    return true;
  } catch {
    return false;
  }
}
