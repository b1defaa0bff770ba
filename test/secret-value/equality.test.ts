import assert from "node:assert";
import { isDeepStrictEqual } from "node:util";
import { secretValue } from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { expect as jestExpect } from "expect";
import fc from "fast-check";
import { size } from "secrets-tools/test-size";
import { describe, expect, test } from "vitest";

type Pair = readonly [unknown, unknown];

/** Every comparison by structure that tests use. */
const comparisons: Readonly<Record<string, (pair: Pair) => boolean>> = {
  "vitest toEqual": ([a, b]) => holds(() => expect(a).toEqual(b)),
  "vitest toStrictEqual": ([a, b]) => holds(() => expect(a).toStrictEqual(b)),
  "vitest toMatchObject": ([a, b]) => holds(() => expect({ a }).toMatchObject({ a: b })),
  "jest toEqual": ([a, b]) => holds(() => jestExpect(a).toEqual(b)),
  "jest toStrictEqual": ([a, b]) => holds(() => jestExpect(a).toStrictEqual(b)),
  "assert.deepEqual": ([a, b]) => holds(() => assert.deepEqual(a, b)),
  "assert.deepStrictEqual": ([a, b]) => holds(() => assert.deepStrictEqual(a, b)),
  isDeepStrictEqual: ([a, b]) => isDeepStrictEqual(a, b),
};

function holds(claim: () => void): boolean {
  try {
    claim();
    return true;
  } catch {
    return false;
  }
}

const text = fc.string({ unit: "binary", minLength: 1, maxLength: 40 });

/** What a class with nothing but a private field is: equal to every other one. */
class BareValue {
  readonly #text: string;
  constructor(value: string) {
    this.#text = value;
  }
  expose() {
    return this.#text;
  }
}

describe("two different secrets", () => {
  test.each(Object.keys(comparisons))("are not equal for %s, alone or inside others", (name) => {
    const equal = comparisons[name] as (pair: Pair) => boolean;
    const property = fc.property(text, text, (one, other) => {
      fc.pre(one !== other);
      const [a, b] = [secretValue(one), secretValue(other)];
      expect(a.equals(b)).toBe(false);
      for (const pair of [
        [a, b],
        [{ a }, { a: b }],
        [[a], [b]],
      ] as const) {
        expect(equal(pair)).toBe(false);
      }
    });
    fc.assert(property, { numRuns: size(200, 1_000), seed: 1 });
  });

  test("are not equal as Secrets of a store", async () => {
    const [one, other] = await Promise.all(
      ["a", "b"].map((value) => MemorySecretStore.from({ key: value }).getSecret("key")),
    );
    for (const equal of Object.values(comparisons)) {
      expect(
        equal([
          { ...one, createdAt: "" },
          { ...other, createdAt: "" },
        ]),
      ).toBe(false);
    }
  });

  test.each(Object.keys(comparisons))("would be equal for %s with a bare private field", (name) => {
    const pair = [new BareValue("one"), new BareValue("other")] as const;
    expect(comparisons[name]?.(pair)).toBe(true);
  });
});

test("a secret is equal to itself, and by equals() to every copy of its value", () => {
  const property = fc.property(text, (value) => {
    const secret = secretValue(value);
    expect(secret.equals(secretValue(value))).toBe(true);
    for (const equal of Object.values(comparisons)) expect(equal([secret, secret])).toBe(true);
  });
  fc.assert(property, { numRuns: 100, seed: 2 });
});
