import { randomBytes } from "node:crypto";
import { type SecretValue, secretValue } from "@llm-orchestrator/secrets-core";
import { size } from "secrets-tools/test-size";
import { expect, test } from "vitest";

const count = size(1_000, 10_000);

/** The memory that small Buffers share: what a stranger's `Buffer.from("x").buffer` shows. */
const pool = () => Buffer.from(Buffer.from("x").buffer);

/** In memory of its own, as text and bytes that come from a network do not touch the pool here. */
const secrets = Array.from({ length: count }, () => `canary-${randomBytes(12).toString("hex")}`);
const start = Buffer.alloc(7, "canary-");

function seenInPool(use: (text: string) => void): boolean {
  return secrets.some((text) => {
    use(text);
    return pool().includes(start);
  });
}

test("the pool of small Buffers holds no secret that was made, compared, printed or exposed", () => {
  const kept: SecretValue[] = [];
  const seen = seenInPool((text) => {
    const value = secretValue(text);
    const copy = secretValue(value.exposeBytes());
    kept.push(value, copy);
    if (!value.equals(copy) || value.expose() !== text) expect.fail("the value was changed");
    JSON.stringify(value);
  });
  expect(seen).toBe(false);
});

test("a secret in a pooled Buffer would be seen", () => {
  expect(seenInPool((text) => void Buffer.from(text))).toBe(true);
});
