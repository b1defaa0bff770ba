let madeMark: string | undefined;

/**
 * Stands before a number that JavaScript cannot hold; no text that comes from elsewhere has it. Made
 * when it is needed: a worker may not draw random numbers while it is loaded.
 */
function mark(): string {
  madeMark ??= `number:${crypto.randomUUID()}:`;
  return madeMark;
}

const mayBeInexact = /(?:":|[,[])\s*-?(?:\d{16}|\d+[.eE])/;
const tokens = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

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
  return text.includes(mark()) ? text.replace(new RegExp(`"${mark()}([^"]+)"`, "g"), "$1") : text;
}

/**
 * Whether the JSON holds a number that is another one as a double: 12345678901234567890, 1e400, or
 * 0.12345678901234567890, but not 1.10.
 *
 * @param maxDigits More digits than these count as such, too, whatever they are.
 */
export function hasInexactNumber(text: string, maxDigits = Number.POSITIVE_INFINITY): boolean {
  const numbers = (text.match(tokens) ?? []).filter((token) => !token.startsWith('"'));
  return numbers.some((token) => !isKept(token, maxDigits));
}

/** Whether it is a text, and not such a number. */
export function isText(value: unknown): value is string {
  return typeof value === "string" && !value.startsWith(mark());
}

function keep(token: string): string {
  const isExact = token.startsWith('"') || String(Number(token)) === token;
  return isExact ? token : `"${mark()}${token}"`;
}

function isKept(token: string, maxDigits: number): boolean {
  const number = Number(token);
  if (/^-?\d+$/.test(token)) return Number.isSafeInteger(number);
  if (!Number.isFinite(number)) return false;
  const asked = decimalOf(token);
  const kept = decimalOf(String(number));
  return (
    asked.digits === kept.digits && asked.power === kept.power && asked.digits.length <= maxDigits
  );
}

const parts = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** A number without its sign, one way for all spellings: 1.10 and 11e-1 are 11 times ten to the -1. */
function decimalOf(text: string): { readonly digits: string; readonly power: number } {
  const [, whole = "", fraction = "", exponent = "0"] = parts.exec(text) ?? [];
  const all = (whole + fraction).replace(/^0+/, "");
  let end = all.length;
  while (all[end - 1] === "0") end--; // a pattern would take long for many of them
  const power = end === 0 ? 0 : Number(exponent) - fraction.length + all.length - end;
  return { digits: all.slice(0, end), power };
}
