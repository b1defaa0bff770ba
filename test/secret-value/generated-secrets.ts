import fc from "fast-check";

/** Unlike anything else in the process, so that a piece of the text is found by it alone. */
const mark = fc
  .uint8Array({ minLength: 8, maxLength: 8 })
  .map((bytes) => Buffer.from(bytes).toString("hex"));

const line = fc.string({ unit: "grapheme", maxLength: 80 });
const body = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: "grapheme-ascii", maxLength: 60 }) },
  { weight: 3, arbitrary: fc.string({ unit: "binary", maxLength: 60 }) },
  { weight: 2, arbitrary: fc.array(line, { maxLength: 8 }).map((lines) => lines.join("\r\n")) },
  { weight: 2, arbitrary: fc.stringMatching(/^["'`\\{}$%&<>=?#+/ \t\n]{1,40}$/) },
  { weight: 2, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.base64String({ minLength: 1_024, maxLength: 65_536 }) },
);

/**
 * Secrets as they are and as they should not be: unicode, quotes, control characters, line ends,
 * JSON, up to 64 KiB. Each begins and ends with a mark of its own.
 */
export const generatedSecrets = fc
  .tuple(mark, body, mark)
  .map(([start, text, end]) => `${start}${text}${end}`);
