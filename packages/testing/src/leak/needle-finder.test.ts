import fc from "fast-check";
import { expect, test } from "vitest";
import { NeedleFinder } from "./needle-finder.js";

const characters = fc.constantFrom("a", "b", "0", ",", "ÿ", "€", "😀", "\ud83d", "\n");
const text = (maxLength: number) => fc.string({ unit: characters, maxLength });

test("it finds what includes() finds, and nothing else", () => {
  const needles = fc.array(fc.string({ unit: characters, minLength: 1, maxLength: 7 }));
  fc.assert(
    fc.property(needles, text(60), (sought, haystack) => {
      const isThere = sought.some((needle) => haystack.includes(needle));
      expect(new NeedleFinder(sought).occursIn(haystack)).toBe(isThere);
    }),
    { seed: 1, numRuns: 2_000 },
  );
});

test("wherever it stands in a longer text", () => {
  const fill = fc.string({ unit: characters, minLength: 20, maxLength: 200 });
  fc.assert(
    fc.property(fill, fc.string({ unit: characters, minLength: 1 }), fill, (before, one, after) => {
      expect(new NeedleFinder(["never there", one]).occursIn(before + one + after)).toBe(true);
    }),
    { seed: 1, numRuns: 500 },
  );
});
