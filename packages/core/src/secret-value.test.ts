import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isSecretValue, secretValue } from "./secret-value.js";
import { onWarning } from "./warnings.js";

const canary = "sk-canary-7f3a";

describe("a secret value", () => {
  test("gives back any well-formed text and any bytes unchanged", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), (text) => {
        const value = secretValue(text);
        expect(value.expose()).toBe(text);
        expect(secretValue(value.exposeBytes()).equals(value)).toBe(true);
      }),
    );
    const bytes = Uint8Array.of(0, 255, 128, 7);
    expect(secretValue(bytes).exposeBytes()).toEqual(bytes);
  });

  test("keeps a byte-order mark", () => {
    expect(secretValue("\ufeffkey").expose()).toBe("\ufeffkey");
  });

  test("is a copy: changing the bytes given or exposed changes nothing", () => {
    const bytes = Buffer.from("abc");
    const value = secretValue(bytes);
    bytes.fill(0);
    value.exposeBytes().fill(0);
    expect(value.expose()).toBe("abc");
  });

  test("shows [redacted] in every conversion to text", () => {
    const stop = onWarning(() => {});
    const value = secretValue(canary);
    const shown = [
      String(value),
      `${value}`,
      [value].join(),
      value.toLocaleString(),
      JSON.parse(JSON.stringify(value)),
      inspect(value),
      inspect({ deep: { value } }),
    ];
    stop();
    for (const text of shown) expect(text).toContain("[redacted]");
    const all = [...shown, inspect(value, { customInspect: false, showHidden: true, depth: 9 })];
    expect(all.join()).not.toContain(canary);
  });

  test("warns of an implicit conversion and says what to call", () => {
    const warnings: string[] = [];
    const stop = onWarning(({ code, message }) => warnings.push(`${code} ${message}`));
    expect(`Bearer ${secretValue(canary)}`).toBe("Bearer [redacted]");
    stop();
    expect(warnings.join()).toMatch(/SECRET_CONVERTED_TO_TEXT .*\.expose\(\)/);
  });

  test("compares by bytes, across lengths", () => {
    const value = secretValue("abc");
    expect(value.equals(secretValue("abc"))).toBe(true);
    for (const other of ["abd", "ab", "abca", "abcabc", "a"]) {
      expect(value.equals(secretValue(other))).toBe(false);
    }
    expect(value.equals("abc" as never)).toBe(false);
  });

  test("never looks structurally equal to another secret", () => {
    expect(secretValue("a")).not.toEqual(secretValue("b"));
    expect(secretValue("a")).not.toStrictEqual(secretValue("b"));
  });

  test("cannot be changed", () => {
    const value = secretValue(canary);
    const prototype = Object.getPrototypeOf(value) as Record<string, unknown>;
    expect(() => Object.assign(value, { expose: () => "" })).toThrow(TypeError);
    expect(() => Object.assign(prototype, { expose: () => "" })).toThrow(TypeError);
    expect(value.expose()).toBe(canary);
  });

  test("parses JSON without ever quoting it", () => {
    expect(secretValue('{"a":1}').exposeJson<{ a: number }>().a).toBe(1);
    const broken = () => secretValue(`${canary} {`).exposeJson();
    expect(broken).toThrow(expect.objectContaining({ code: "INVALID_SECRET", reason: "not-json" }));
    expect(broken).not.toThrow(new RegExp(canary));
  });

  test.each([
    ["", "empty"],
    [new Uint8Array(), "empty"],
    ["\ud800", "not-text"],
    [5, "wrong-type"],
    [null, "wrong-type"],
    [undefined, "wrong-type"],
    [{ value: "x" }, "wrong-type"],
    [new Uint16Array(2), "wrong-type"],
  ])("refuses %j as %s", (input, reason) => {
    expect(() => secretValue(input as string)).toThrow(
      expect.objectContaining({ code: "INVALID_SECRET", reason }),
    );
  });

  test("says that bytes which are not UTF-8 are not text", () => {
    expect(() => secretValue(Uint8Array.of(255)).expose()).toThrow(
      expect.objectContaining({ reason: "not-text" }),
    );
  });

  test("takes a value of another copy of core", () => {
    const mark = Symbol.for("llm-orchestrator.secrets.SecretValue");
    const foreign = { [mark]: true, exposeBytes: () => Buffer.from("abc") };
    expect(isSecretValue(foreign)).toBe(true);
    expect(secretValue(foreign as never).expose()).toBe("abc");
    expect(secretValue("abc").equals(foreign as never)).toBe(true);
  });
});
