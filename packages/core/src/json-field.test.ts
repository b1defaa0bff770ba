import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hasFields, readField, replaceField } from "./json-field.js";

const objects = fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue(), {
  noNullPrototype: true,
});
const spaces = fc.constantFrom(undefined, 1, "\t");

describe("a field of a JSON object", () => {
  test("reads as JSON.parse would", () => {
    fc.assert(
      fc.property(objects, spaces, (object, space) => {
        const text = JSON.stringify(object, null, space);
        const parsed = JSON.parse(text) as Record<string, unknown>;
        for (const name of Object.keys(parsed)) {
          const read = readField(text, name) as string;
          const value = parsed[name];
          if (typeof value === "string") expect(read).toBe(value);
          else expect(JSON.parse(read)).toEqual(value);
        }
        expect(readField(text, "no such field ")).toBeUndefined();
      }),
    );
  });

  test("is replaced or added without changing any other", () => {
    fc.assert(
      fc.property(objects, spaces, fc.string(), fc.string(), (object, space, name, value) => {
        const text = JSON.stringify(object, null, space);
        const next = JSON.parse(replaceField(text, name, value)) as object;
        const expected = JSON.parse(text) as object;
        Object.defineProperty(expected, name, { value, enumerable: true, configurable: true });
        expect(Object.entries(next)).toEqual(expect.arrayContaining(Object.entries(expected)));
        expect(Object.keys(next)).toHaveLength(Object.keys(expected).length);
      }),
    );
  });

  test("leaves the spelling of its siblings alone", () => {
    const text = '{ "id": 12345678901234567890, "rate": 1.0e2,\n "password": "old" }';
    expect(replaceField(text, "password", "n")).toBe(text.replace("old", "n"));
    expect(readField(text, "id")).toBe("12345678901234567890");
    expect(replaceField("{}", "a", "b")).toBe('{"a":"b"}');
    expect(replaceField('{"a":1}', "b", "c")).toBe('{"a":1,"b":"c"}');
  });

  test("takes the last of a repeated name, as JSON.parse does", () => {
    expect(readField('{"a":"1","a":"2"}', "a")).toBe("2");
    expect(JSON.parse(replaceField('{"a":"1","a":"2"}', "a", "3"))).toEqual({ a: "3" });
  });

  test("does not reach a prototype", () => {
    for (const name of ["__proto__", "constructor", "toString"]) {
      expect(readField("{}", name)).toBeUndefined();
    }
  });

  test.each(["[1]", '"a"', "1", "null", "not json", ""])(
    "refuses %j, which has no fields",
    (text) => {
      expect(() => readField(text, "a")).toThrow(
        expect.objectContaining({ code: "INVALID_SECRET", reason: "not-an-object" }),
      );
      expect(hasFields(text)).toBe(false);
    },
  );

  test("is found in an object of 1 MiB", () => {
    const big = JSON.stringify({ filler: '\\"x'.repeat(262_144), wanted: "w" });
    expect(readField(big, "wanted")).toBe("w");
  });
});
