import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkKey, checkPrefix, type KeySyntax, portableKeySyntax } from "./key-syntax.js";

const accepts = (key: unknown, syntax = portableKeySyntax) => {
  try {
    checkKey(key, syntax);
    return true;
  } catch {
    return false;
  }
};

const wide: KeySyntax = { pattern: /^.+$/s, maxLength: 20, description: "anything" };

describe("checkKey", () => {
  test.each(["a", "openai/api_key", "a.b", "...", ".env", "a@b+c=d-e", "x".repeat(512)])(
    "accepts %s",
    (key) => expect(accepts(key)).toBe(true),
  );

  test.each([
    ...["", "/", "/a", "a/", "a//b", ".", "..", "a/./b", "a/../b", "../a", "a/.."],
    ...["a b", "a\n", "a\0", "a\\b", "a?b", "a#b", "a%2e", "é", "a\u200b", "\ud800"],
    ...["x".repeat(513), 5, null, undefined, {}, ["a"]],
  ])("refuses %j", (key) => expect(accepts(key)).toBe(false));

  test("never lets a wide syntax accept what climbs out or cuts a line", () => {
    expect(accepts("a b#c", wide)).toBe(true);
    for (const key of ["..", "a/../b", "a//b", "/a", "a\nb", "a\u0085b", "x".repeat(21)]) {
      expect(accepts(key, wide)).toBe(false);
    }
  });

  test("says where and why, and never repeats what was passed", () => {
    const fault = (key: string) => {
      try {
        checkKey(key, portableKeySyntax);
        return "";
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(fault("abc def")).toMatch(/^Invalid secret key: .*U\+0020 \(position 3\)/);
    expect(fault("a/../b")).toMatch(/position 2/);
    fc.assert(
      fc.property(fc.string({ minLength: 12, unit: "binary" }), (key) => {
        if (!accepts(key)) expect(fault(key)).not.toContain(key);
      }),
    );
  });
});

test("a refused key does not stay in RegExp.input, since it may be a value", () => {
  const value = "sk-live 5f0c3b9a71";
  for (const [key, syntax] of [
    [value, portableKeySyntax],
    [`${value}/../x`, wide],
  ] as const) {
    expect(/sk-live/.test(key) && RegExp.input).toBe(key); // it would stay
    expect(accepts(key, { ...syntax, maxLength: 512 }) || RegExp.input).not.toContain(value);
  }
});

describe("checkPrefix", () => {
  test.each(["", "a", "database/", "database/pa", ".", "a/."])("accepts %j", (prefix) =>
    expect(() => checkPrefix(prefix, portableKeySyntax)).not.toThrow(),
  );

  test.each(["/", "a//", "../", "a b", "a/../", 5, null])("refuses %j", (prefix) =>
    expect(() => checkPrefix(prefix, portableKeySyntax)).toThrow(
      expect.objectContaining({ code: "INVALID_KEY" }),
    ),
  );
});
