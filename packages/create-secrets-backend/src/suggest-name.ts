const digits = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

/** What was most likely meant. */
export interface Suggestion {
  /** In kebab-case as far as there is anything left of it; may be empty, too long or taken. */
  readonly name: string;
  /** `@acme`, where a whole package name was passed. */
  readonly scope?: string;
}

/** `döppler` → `doppler`, `1password` → `onepassword`, `@acme/secrets-doppler` → `doppler` in `@acme`. */
export function suggestName(text: string): Suggestion {
  const [, scope, rest = text] = /^(@[a-z0-9][a-z0-9._-]*)\/([^/]+)$/.exec(text) ?? [];
  const kebab = rest
    .normalize("NFD")
    .replace(/\p{M}/gu, "") // accents, which NFD puts behind their letters
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .replace(/^(?:secrets-)+(?=.)/, "");
  return { name: withLetterFirst(kebab), ...(scope !== undefined && { scope }) };
}

/** One digit is said as a word, as services do that have one in front; a number gets a word before it. */
function withLetterFirst(kebab: string): string {
  if (/^\d\d/.test(kebab)) return `my-${kebab}`;
  return kebab.replace(/^\d/, (digit) => digits[Number(digit)] ?? "");
}
