/** Stands before a number that JavaScript cannot hold; no text that comes from elsewhere has it. */
const mark = `number:${crypto.randomUUID()}:`;

const mayBeInexact = /(?:":|[,[])\s*-?(?:\d{16}|\d+[.eE])/;
const tokens = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const marked = new RegExp(`"${mark}([^"]+)"`, "g");

/**
 * `JSON.parse`, but for numbers that would change: 12345678901234567890 or 1.10. They become texts
 * that only {@link printJson} understands, so that changing one field of a map keeps the others.
 */
export function parseJson(text: string): unknown {
  if (!mayBeInexact.test(text)) return JSON.parse(text);
  JSON.parse(text); // what is no JSON is refused as it stands
  return JSON.parse(text.replace(tokens, keep));
}

/** `JSON.stringify`, with such numbers as they were. */
export function printJson(value: unknown): string {
  const text = JSON.stringify(value);
  return text.includes(mark) ? text.replace(marked, "$1") : text;
}

/** Whether the JSON holds a whole number that is another one as a double: 12345678901234567890. */
export function hasLongInteger(text: string): boolean {
  const all = text.match(tokens) ?? [];
  return all.some((token) => /^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token)));
}

/** Whether it is a text, and not such a number. */
export function isText(value: unknown): value is string {
  return typeof value === "string" && !value.startsWith(mark);
}

function keep(token: string): string {
  const isExact = token.startsWith('"') || String(Number(token)) === token;
  return isExact ? token : `"${mark}${token}"`;
}
