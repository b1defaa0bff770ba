import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeTagValue, encodeTagValue, isLegalTagText, isReserved } from "./tag-text.js";

test("what AWS takes goes there as it is", () => {
  for (const value of ["", "a b", "Käse/3:4", "_.:/=+-@", "qp", "laws:x"]) {
    expect(encodeTagValue(value)).toBe(value);
  }
});

test("any other text goes there as one that AWS takes, and comes back the same", () => {
  for (const value of ["a\tb", "50 %", "qp:", "qp:=41", "aws:x", "AWS:x", "🔑, twice", "=\n="]) {
    expect(encodeTagValue(value)).not.toBe(value);
    expect(isReserved(encodeTagValue(value))).toBe(false);
    expect(decodeTagValue(encodeTagValue(value))).toBe(value);
  }
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (value) => {
      const encoded = encodeTagValue(value);
      return isLegalTagText(encoded) && decodeTagValue(encoded) === value;
    }),
    { seed: 9 },
  );
});

test("a tag of somebody else's that begins as ours do is left as it is", () => {
  for (const text of ["qp:", "qp:a=41", "qp:a=", "qp:=FF", "qp:plain", "qp:=3d"]) {
    expect(decodeTagValue(text)).toBe(text);
  }
});
