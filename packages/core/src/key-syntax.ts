import { forgetLastMatch } from "./last-match.js";
import { SecretError } from "./secret-error.js";

/** The keys that a store accepts. Whatever it says, no key has an empty, `.` or `..` segment. */
export interface KeySyntax {
  /** Matches a whole key; without the flags `g` and `y`. */
  readonly pattern: RegExp;
  /** Longest key, in UTF-16 units. */
  readonly maxLength: number;
  /** Lets a key start with one `/`, as some services do. */
  readonly leadingSlash?: boolean | undefined;
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

/** One of these completes every prefix of a portable key. */
const portableFillers = ["", "a"];

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

/**
 * Matched as text, so that a prefix may end inside a segment. Of another syntax than the portable
 * one only what is never allowed is refused: no pattern says which texts its matches start with.
 *
 * @throws SecretError `INVALID_KEY` when no acceptable key starts with the prefix.
 */
export function checkPrefix(prefix: unknown, syntax: KeySyntax): asserts prefix is string {
  if (prefix === "") return;
  if (typeof prefix !== "string" || !acceptsPrefix(syntax, prefix)) {
    throw invalid(prefix, syntax, "a prefix");
  }
}

function acceptsPrefix(syntax: KeySyntax, prefix: string): boolean {
  if (syntax.pattern === portableKeySyntax.pattern) {
    return portableFillers.some((end) => accepts(syntax, prefix + end));
  }
  return prefix.length <= syntax.maxLength && !isNeverAllowed(syntax, `${prefix}a`);
}

function accepts(syntax: KeySyntax, key: string): boolean {
  const { pattern, maxLength } = syntax;
  if (key.length > maxLength || !pattern.test(key)) return false;
  return pattern === portableKeySyntax.pattern || !isNeverAllowed(syntax, key);
}

function isNeverAllowed({ leadingSlash }: KeySyntax, key: string): boolean {
  return neverAllowed.test(leadingSlash && key.startsWith("/") ? key.slice(1) : key);
}

/** Says where and why, never the text itself: a value may have been passed where a key belongs. */
function invalid(key: unknown, syntax: KeySyntax, what: string): SecretError {
  const detail = `${what} of this store ${fault(key, syntax)}`;
  forgetLastMatch();
  return new SecretError("INVALID_KEY", {
    detail,
    fix: `Use ${syntax.description}, at most ${syntax.maxLength} characters`,
  });
}

function fault(key: unknown, { maxLength }: KeySyntax): string {
  if (typeof key !== "string") return `is a string, not ${key === null ? "null" : typeof key}`;
  if (key.length === 0) return "is not empty";
  if (key.length > maxLength) return `has at most ${maxLength} characters, not ${key.length}`;
  const segment = /(?<=^|\/)\.{0,2}(?=\/|$)/.exec(key);
  if (segment) return `has no empty, "." or ".." segment (position ${segment.index})`;
  const odd = /[^A-Za-z0-9_+=.@/-]/u.exec(key);
  if (!odd) return "has another form";
  const point = (odd[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return `has no U+${point} (position ${odd.index})`;
}
