import { expect, test } from "vitest";
import { randomSecret } from "./random-secret.js";
import { type SecretInput, secretValue } from "./secret-value.js";

const input = { current: secretValue("old"), version: "1", signal: undefined };
const make = async (bytes?: number): Promise<string> => {
  const generate = randomSecret(bytes === undefined ? {} : { bytes });
  return secretValue((await generate(input)) as SecretInput).expose();
};

test("a random secret is base64url of as many bytes as asked, 32 by default", async () => {
  for (const bytes of [16, 17, 18, 32, 64]) {
    const text = await make(bytes);
    expect(Buffer.from(text, "base64url")).toHaveLength(bytes);
    expect(Buffer.from(text, "base64url").toString("base64url")).toBe(text);
  }
  expect(await make()).toMatch(/^[\w-]{43}$/);
});

test("a thousand random secrets differ and use the whole alphabet", async () => {
  const texts = await Promise.all(Array.from({ length: 1_000 }, () => make()));
  expect(new Set(texts).size).toBe(1_000);
  expect(new Set(texts.join("")).size).toBe(64);
});

test.each([15, 1_025, 16.5, Number.NaN, "32"])("%j bytes are refused", (bytes) => {
  expect(() => randomSecret({ bytes: bytes as number })).toThrow(
    expect.objectContaining({ code: "CONFIGURATION" }),
  );
});
