import fc from "fast-check";

/** What gets a key past a careless check, or a server to read another one. */
const tricks = [
  ...["..", ".", "/", "//", "../", "/..", "/../", "./", "..;/", "\\", "..\\", "%2e", "%2e%2e"],
  ...["%2E%2E/", "%2f", "%5c", "%00", "%252e", "\0", "\t", "\n", "\r\n", "\u001b", "\u007f"],
  ...[
    "\u0085",
    "\u00a0",
    "\u200b",
    "\u2028",
    "\u202e",
    "\ufeff",
    "\ud800",
    "\udfff",
    "é",
    "e\u0301",
  ],
  ...[
    "ａ",
    "．",
    "／",
    "∕",
    "…",
    "İ",
    "ß",
    "\u212a",
    "😀",
    " ",
    "~",
    "$",
    "{x}",
    "*",
    "?",
    "#",
    ":",
  ],
  ...[";", "|", "&", "'", '"', "`", "<", "[", "^", ",", "!", "x".repeat(513)],
];

const portableCharacters = "ABCXYZabcxyz0189_+=.@-";
const segment = fc
  .string({ unit: fc.constantFrom(...portableCharacters), minLength: 1, maxLength: 12 })
  .filter((text) => text !== "." && text !== "..");
const key = fc.oneof(
  { weight: 9, arbitrary: fc.array(segment, { minLength: 1, maxLength: 5 }) },
  { weight: 1, arbitrary: fc.array(segment, { minLength: 60, maxLength: 90 }) }, // about 512 long
  { weight: 1, arbitrary: fc.constantFrom(["__proto__"], ["constructor"], ["a", "toString"]) },
);
const goodKey = key.map((segments) => segments.join("/"));
const trick = fc.constantFrom(...tricks);
const spoiltKey = fc
  .tuple(goodKey, trick, fc.nat({ max: 40 }))
  .map(([text, insert, at]) => text.slice(0, at) + insert + text.slice(at));
const soup = fc
  .array(fc.oneof(trick, segment, fc.string({ unit: "binary", maxLength: 3 })), { maxLength: 8 })
  .map((parts) => parts.join(""));

/** Strings that are keys or nearly so; the same ones in every run. */
export function keyStrings(count: number): readonly string[] {
  return fc.sample(fc.oneof(goodKey, spoiltKey, soup), { numRuns: count, seed: 1_984 });
}

/** The portable syntax, said once more in another way than core does. */
export function isPortableKey(text: string, maxLength = 512): boolean {
  const allowed = new Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+=.@-");
  return (
    text.length <= maxLength &&
    text.split("/").every((part) => isSegment(part) && [...part].every((each) => allowed.has(each)))
  );
}

/** What no store accepts, however wide its own syntax is. */
export function isKeyAnywhere(text: string): boolean {
  const isControl = (code: number) => code < 32 || (code > 126 && code < 160);
  return (
    text.split("/").every(isSegment) && ![...text].some((each) => isControl(each.charCodeAt(0)))
  );
}

const isSegment = (part: string) => part !== "" && part !== "." && part !== "..";
