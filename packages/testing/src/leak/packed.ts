// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const colours = /\u001b\[[0-9;]*m/g;
/** Indices of array-like objects, and white space. */
const filling = /(["']?)\b\d+\1\s*[:=]\s*|\s+/g;

/**
 * Text without colours, white space and the indices of array-like objects: every way to print a
 * list of bytes or characters comes out the same.
 */
export function pack(text: string): string {
  return text.replace(colours, "").replace(filling, "").replaceAll("&", ",");
}
