/**
 * Pieces of a canary, each enough to recognise it by. Printers cut long text, break it at line
 * ends and align it, so the whole canary would be missed where a part of it stands in plain sight.
 */

const wholeCharacters = 32;
const windowCharacters = 24;
/** Fewer different characters than this also occur where nothing leaks, such as an indentation. */
const distinctCharacters = 6;

/** The whole text when it is short, else its head, middle, tail and a part of its longest line. */
export function textFragments(text: string): readonly string[] {
  const pieces = [...pick(Array.from(text)), longestLine(text)].map((piece) => piece.join(""));
  const distinct = pieces.filter((piece) => new Set(piece).size >= distinctCharacters);
  return distinct.length > 0 ? [...new Set(distinct)] : [text];
}

/** The same for bytes that are not text. */
export function byteFragments(bytes: Uint8Array): readonly Uint8Array[] {
  const pieces = pick(Array.from(bytes)).map((piece) => Uint8Array.from(piece));
  const distinct = pieces.filter((piece) => new Set(piece).size >= distinctCharacters);
  return distinct.length > 0 ? distinct : [bytes];
}

function pick<T>(items: readonly T[]): T[][] {
  if (items.length <= wholeCharacters) return [[...items]];
  const middle = (items.length - windowCharacters) >> 1;
  return [
    items.slice(0, windowCharacters),
    items.slice(middle, middle + windowCharacters),
    items.slice(-windowCharacters),
  ];
}

function longestLine(text: string): string[] {
  const lines = text.split(/[\r\n]+/);
  const longest = lines.reduce((best, line) => (line.length > best.length ? line : best), "");
  return Array.from(longest).slice(0, windowCharacters);
}
