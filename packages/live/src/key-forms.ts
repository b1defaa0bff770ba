/** Shorter keys are no secrets, and redacting them would tear ordinary words apart. */
export const shortestKey = 8;

/** Names of HTML for what may stand in a key. */
const entities: Readonly<Record<string, string>> = {
  ...{ "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos", "/": "sol", "\\": "bsol" },
  ...{ "+": "plus", "=": "equals", "%": "percnt", "#": "num", "!": "excl", "*": "ast" },
  ...{ ":": "colon", ";": "semi", ",": "comma", ".": "period", "?": "quest", "@": "commat" },
  ...{ $: "dollar", "(": "lpar", ")": "rpar", "[": "lsqb", "]": "rsqb", "{": "lcub", "}": "rcub" },
  ...{ "|": "vert", "^": "Hat", _: "lowbar", "`": "grave", "~": "tilde", "-": "hyphen" },
};

/**
 * Finds a key in all forms in which services repeat it: as it is, in JSON (also within a text of
 * JSON), in a URL, in HTML, in base64 of either alphabet (alone or within more, as in Basic
 * authentication) and in hex. Letters and digits stand for themselves in the first four.
 */
export function keyPattern(key: string): RegExp {
  const forms = [asItIs, inJson, inUrl, inHtml].map((form) => [...key].map(form).join(""));
  return new RegExp([...forms, ...base64Forms(key), hex(key)].join("|"), "g");
}

/** Where, at the end of a text that was cut off, a beginning of the key starts; else its length. */
export function cutKeyAtEnd(text: string, key: string): number {
  const spelt = [key, JSON.stringify(key).slice(1, -1), encodeURIComponent(key), btoa(key)];
  for (const form of spelt) {
    for (let length = form.length - 1; length >= 4; length--) {
      if (text.endsWith(form.slice(0, length))) return text.length - length;
    }
  }
  return text.length;
}

const isPlain = (char: string): boolean => /[A-Za-z0-9]/.test(char);
const code = (char: string): string => char.charCodeAt(0).toString(16).padStart(2, "0");
const anyCase = (hexDigits: string): string =>
  hexDigits.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);

function asItIs(char: string): string {
  return isPlain(char) ? char : `\\x${code(char)}`;
}

function inJson(char: string): string {
  if (isPlain(char)) return char;
  const escaped = `u00${anyCase(code(char))}`;
  if (char === "\\") return `(?:\\\\\\\\|\\\\${escaped})`; // else it would match in too many ways
  return `(?:\\\\{0,3}${asItIs(char)}|\\\\{1,3}${escaped})`;
}

function inUrl(char: string): string {
  if (isPlain(char)) return char;
  const escaped = `%(?:25)?${anyCase(code(char))}`;
  return char === "%" ? escaped : `(?:${asItIs(char)}|${escaped})`;
}

function inHtml(char: string): string {
  if (isPlain(char)) return char;
  const name = entities[char];
  const numeric = `#[xX]0{0,4}${anyCase(code(char))}|#0{0,4}${char.charCodeAt(0)}`;
  const escaped = `&(?:amp;)?(?:${numeric}${name ? `|${name}` : ""});`;
  return char === "&" ? escaped : `(?:${asItIs(char)}|${escaped})`;
}

/** At each of the three places within a group of three bytes that the key can begin at. */
function base64Forms(key: string): string[] {
  return [0, 1, 2].map((offset) => {
    const text = btoa("\0".repeat(offset) + key).replace(/=+$/, "");
    const end = (offset + key.length) % 3 === 0 ? "" : "[A-Za-z0-9+/_-]?"; // shared with what follows
    const own = text.slice(offset === 0 ? 0 : offset + 1, end === "" ? undefined : -1);
    return `${[...own].map(inBase64).join("")}${end}={0,2}`;
  });
}

function inBase64(char: string): string {
  if (char === "+") return "(?:[+-]|%2[bB]|\\\\{1,3}u002[bB])";
  if (char === "/") return "(?:[/_]|%2[fF]|\\\\{1,3}(?:/|u002[fF]))";
  return char;
}

function hex(key: string): string {
  return [...key].map((char) => anyCase(code(char))).join("");
}
