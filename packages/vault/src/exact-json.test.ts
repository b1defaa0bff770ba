import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hasInexactNumber, isText, parseJson, printJson } from "./exact-json.ts";

describe("exact JSON", () => {
  test.each([
    '{"a":12345678901234567890}',
    '{"a":-12345678901234567890,"b":1.10,"c":1e3,"d":1E400,"e":-0}',
    '{"deep":[[0.10,{"x":9007199254740993}]],"text":"1.10, 12345678901234567890"}',
    "[12345678901234567890,1.0]",
    '{"12345678901234567890":1.50}',
    '{"quote":"\\"1.10\\"","number":1.10}',
  ])("%s is printed as it was parsed", (text) => {
    expect(printJson(parseJson(text))).toBe(text);
  });

  test("what JavaScript can hold is parsed to the same as by JSON.parse", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const expected: unknown = JSON.parse(text);
        // -0 is the one number that JSON.parse reads and JSON.stringify does not write.
        fc.pre(!/-0(?![\d.])/.test(text));
        expect(JSON.parse(printJson(parseJson(text)))).toEqual(expected);
      }),
      { seed: 1, numRuns: 2_000 },
    );
  });

  test("a number that is kept is no text, and a text that looks like one is", () => {
    const { number, text, looksAlike } = parseJson(
      '{"number":12345678901234567890,"text":"12345678901234567890","looksAlike":"number:1.10"}',
    ) as Record<string, unknown>;
    expect([isText(number), isText(text), isText(looksAlike)]).toEqual([false, true, true]);
    expect(JSON.stringify({ text, looksAlike })).toBe(printJson({ text, looksAlike }));
  });

  test.each(["", "{", '{"a":}', '{"a":1.10', "12345678901234567890x", '{"a":01.5}'])(
    "%j is refused as by JSON.parse",
    (text) => {
      expect(() => parseJson(text)).toThrow(SyntaxError);
    },
  );

  test.each<[text: string, isInexact: boolean]>([
    ['{"a":9007199254740992}', true],
    ['{"a":[-9007199254740993]}', true],
    ['{"a":0.12345678901234567890}', true],
    ['{"a":1e400}', true],
    ['{"a":-1e-400}', true],
    ['{"a":1.00000000000000000001}', true],
    ['{"a":9007199254740991,"b":1.10}', false],
    ['{"a":[0.1,1e21,-1.5E+3,0.0,-0,5e-324,0.30000000000000004,100.0e-2]}', false],
    ['{"a":"9007199254740993, 1e400"}', false],
  ])("%s has a number that a double cannot hold: %s", (text, isInexact) => {
    expect(hasInexactNumber(text)).toBe(isInexact);
  });

  test("a number of more digits than are wanted counts as such", () => {
    expect(hasInexactNumber('{"a":0.3000000000000001}', 16)).toBe(false);
    expect(hasInexactNumber('{"a":0.30000000000000004}', 16)).toBe(true);
  });

  test("what a double prints is a number that it can hold", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        fc.pre(!/^-?\d{16,}$/.test(String(number))); // a whole number is to be a safe one
        expect(hasInexactNumber(`[${number}]`)).toBe(false);
      }),
      { seed: 1, numRuns: 1_000 },
    );
  });

  test("a number with a million zeros takes no time", () => {
    const start = performance.now();
    expect(hasInexactNumber(`[1.${"0".repeat(1_000_000)}1]`)).toBe(true);
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});
