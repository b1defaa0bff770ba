import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { onWarning, secretValue } from "@llm-orchestrator/secrets-core";
import { assertNoLeak } from "@llm-orchestrator/secrets-testing";
import { describe, expect, test } from "vitest";
import { type Recording, recordBuiltIns } from "./patch-built-ins.ts";

onWarning(() => {});

const text = `canary-${randomBytes(12).toString("hex")}-é`;
const bytes = Uint8Array.from(randomBytes(24));

/** Whether a value went through any of the calls, as text or bytes. */
async function captured({ calls }: Recording): Promise<string[]> {
  const names = await Promise.all(
    calls.map(async ([name, passed]) => {
      const clean = await assertNoLeak({ passed }, [text, bytes], { slowChannels: false }).then(
        () => true,
        () => false,
      );
      return clean ? [] : [name];
    }),
  );
  return [...new Set(names.flat())];
}

describe("built-ins that were patched after core was loaded", () => {
  test("include everything that touches text and bytes", () => {
    const { patched } = recordBuiltIns(() => {});
    expect(patched).toEqual(
      expect.arrayContaining([
        ...["Buffer.from", "Uint8Array.prototype.constructor", "TypedArray.prototype.set"],
        ...["TypedArray.prototype.length", "TypedArray.prototype.Symbol(Symbol.toStringTag)"],
        ...["TextDecoder.prototype.decode", "TextEncoder.prototype.encode", "JSON.parse"],
        ...["WeakMap.prototype.set", "Map.prototype.set", "String.prototype.isWellFormed"],
        ...["Function.prototype.call", "Function.prototype.apply", "Function.prototype.bind"],
        ...[
          "Reflect.apply",
          "Array.prototype.push",
          "Object.freeze",
          "ArrayBuffer.prototype.slice",
        ],
        ...[
          "Array.prototype.Symbol(Symbol.iterator)",
          "TypedArray.prototype.Symbol(Symbol.iterator)",
        ],
      ]),
    );
    expect(Buffer.from("x")).toHaveLength(1); // all is as it was
  });

  test("capture nothing while values are made, compared, printed and exposed", async () => {
    const seen: unknown[] = [];
    const recording = recordBuiltIns(() => {
      const value = secretValue(text);
      const binary = secretValue(bytes);
      seen[0] = value.equals(secretValue(text));
      seen[1] = value.equals(binary);
      seen[2] = `${value}${value.toString()}${value.toLocaleString()}${value.valueOf()}`;
      seen[3] = (value as unknown as { toJSON(): string }).toJSON();
      seen[4] = value.expose() === text;
      seen[5] = binary.exposeBytes()[0] === bytes[0];
      seen[6] = secretValue(value) === value;
    });
    expect(seen).toEqual([true, false, "[redacted]".repeat(4), "[redacted]", true, true, true]);
    expect(await captured(recording)).toEqual([]);
  });

  test("capture nothing while values are printed by Node", async () => {
    const value = secretValue(text);
    const recording = recordBuiltIns(() => {
      inspect({ value }, { depth: 8 });
      JSON.stringify({ value });
      structuredClone({ value });
    });
    expect(await captured(recording)).toEqual([]);
  });

  test("capture nothing from values that are not text or not JSON", async () => {
    const failures: unknown[] = [];
    const recording = recordBuiltIns(() => {
      let count = 0;
      for (const call of [
        () => secretValue(bytes).expose(),
        () => secretValue(text).exposeJson(),
        () => secretValue(`${text}\ud800`),
      ]) {
        try {
          call();
        } catch (error) {
          failures[count++] = error;
        }
      }
    });
    expect(failures).toMatchObject([
      { reason: "not-text" },
      { reason: "not-json" },
      { reason: "not-text" },
    ]);
    expect(await captured(recording)).toEqual([]);
  });
});

/** Boxes of the usual kinds: each is caught by one of the patches. */
const naive: Readonly<Record<string, () => unknown>> = {
  "Buffer.from": () => Buffer.from(text),
  "WeakMap.prototype.set": () => new WeakMap().set({}, text),
  "TextEncoder.prototype.encode": () => new TextEncoder().encode(text),
  "TextDecoder.prototype.decode": () => new TextDecoder().decode(bytes),
  "TypedArray.prototype.slice": () => bytes.slice(),
  "TypedArray.prototype.length": () => bytes.length,
  "JSON.parse": () => JSON.parse(`"${text}"`),
  "Function.prototype.call": () => String.prototype.trim.call(text),
  "Reflect.apply": () => Reflect.apply(String.prototype.trim, text, []),
  "Array.prototype.push": () => [].push(text as never),
  "Object.assign": () => Object.assign({}, { text }),
  "TypedArray.prototype.Symbol(Symbol.iterator)": () => [...bytes],
};

test.each(Object.keys(naive))("a box that uses %s would be caught", async (name) => {
  const recording = recordBuiltIns(() => naive[name]?.());
  expect(await captured(recording)).toContain(name);
});
