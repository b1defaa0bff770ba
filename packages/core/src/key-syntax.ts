import { SecretError } from "./secret-error.js";

/** The keys that a store accepts. Whatever it says, no key has an empty, `.` or `..` segment. */
export interface KeySyntax {
  /** Matches a whole key; without the flags `g` and `y`. */
  readonly pattern: RegExp;
  /** Longest key, in UTF-16 units. */
  readonly maxLength: number;
  /** For the error message: what a key looks like, with an example. */
  readonly description: string;
}

/** The keys that every store should accept: the default of `BaseSecretStore`. */
export const portableKeySyntax: KeySyntax = Object.freeze({
  pattern: /^(?!\.{1,2}(?:\/|$))[A-Za-z0-9_+=.@-]+(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9_+=.@-]+)*$/,
  maxLength: 512,
  description: 'segments of letters, digits and _+=.@- joined by "/", such as "openai/api_key"',
});

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const neverAllowed = /[\u0000-\u001f\u007f-\u009f]|(?:^|\/)\.{0,2}(?:\/|$)/;

/** One of these completes any prefix of an acceptable key, whichever case the syntax wants. */
const prefixFillers = ["", "a", "A", "0"];

/** @throws SecretError `INVALID_KEY` when the store does not accept the key. Does no I/O. */
export function checkKey(key: unknown, syntax: KeySyntax): asserts key is string {
  if (!isKey(key, syntax)) throw invalid(key, syntax, "a key");
}

/** Whether the store accepts the key. Does no I/O. */
export function isKey(key: unknown, syntax: KeySyntax): key is string {
  return typeof key === "string" && key.length > 0 && accepts(syntax, key);
}

/** For an audit event: what is no key may be a value that was passed where a key belongs. */
export function acceptedKeys(keys: unknown, syntax: KeySyntax): readonly string[] {
  return Array.isArray(keys) ? keys.filter((key) => isKey(key, syntax)) : [];
}

/** @throws SecretError `INVALID_KEY` when no acceptable key starts with the prefix. */
export function checkPrefix(prefix: unknown, syntax: KeySyntax): asserts prefix is string {
  if (prefix === "") return;
  if (typeof prefix === "string" && prefixFillers.some((end) => accepts(syntax, prefix + end))) {
    return;
  }
  throw invalid(prefix, syntax, "a prefix");
}

function accepts({ pattern, maxLength }: KeySyntax, key: string): boolean {
  if (key.length > maxLength || !pattern.test(key)) return false;
  return pattern === portableKeySyntax.pattern || !neverAllowed.test(key);
}

/** Says where and why, never the text itself: a value may have been passed where a key belongs. */
function invalid(key: unknown, syntax: KeySyntax, what: string): SecretError {
  return new SecretError("INVALID_KEY", {
    detail: `${what} of this store ${fault(key, syntax)}`,
    fix: `Use ${syntax.description}, at most ${syntax.maxLength} characters`,
  });
}

function fault(key: unknown, { maxLength }: KeySyntax): string {
  if (typeof key !== "string") return `is a string, not ${key === null ? "null" : typeof key}`;
  if (key.length === 0) return "is not empty";
  if (key.length > maxLength) return `is shorter than the ${key.length} characters passed`;
  const segment = /(?<=^|\/)\.{0,2}(?=\/|$)/.exec(key);
  if (segment) return `has no empty, "." or ".." segment (position ${segment.index})`;
  const odd = /[^A-Za-z0-9_+=.@/-]/u.exec(key);
  if (!odd) return "looks otherwise";
  const point = (odd[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return `has no U+${point} (position ${odd.index})`;
}
