import { readdirSync, readFileSync } from "node:fs";
import { SecretError, type SecretErrorCode } from "@llm-orchestrator/secrets-core";
import { expect, test } from "vitest";

const page = readFileSync(new URL("../../docs/errors.md", import.meta.url), "utf8");
const rows = [...page.matchAll(/^\| `([A-Z_]+)` +\| ([^|]+)\|[^|]+\| (yes|no) +\|/gm)];

/** A compile error here means that the union of codes has changed. */
const codes: Record<SecretErrorCode, true> = {
  ...{ NOT_FOUND: true, AUTHENTICATION_FAILED: true, PERMISSION_DENIED: true, THROTTLED: true },
  ...{ BACKEND_UNAVAILABLE: true, CONFLICT: true, INVALID_KEY: true, INVALID_SECRET: true },
  ...{ NOT_SUPPORTED: true, CONFIGURATION: true, CLOSED: true, UNKNOWN: true },
};

test("docs/errors.md has a row for each code, and no other", () => {
  expect(rows.map(([, code]) => code).sort()).toEqual(Object.keys(codes).sort());
});

test.each(rows.map(([, code, words, retryable]) => [code, words, retryable]))(
  "docs/errors.md tells the truth about %s",
  (code, words, retryable) => {
    const error = new SecretError(code as SecretErrorCode);
    expect(error.message.startsWith((words as string).trim())).toBe(true);
    expect(error.retryable).toBe(retryable === "yes");
  },
);

const packages = [
  "core",
  "env",
  "file",
  "cache",
  "live",
  "openai",
  "anthropic",
  "ai-sdk",
  "vault",
  "aws",
  "builder",
].map((name) => `../../packages/${name}/src/`);
const reasons = packages.flatMap((folder) => {
  const url = new URL(folder, import.meta.url);
  const files = readdirSync(url).filter((file) => /(?<!\.test)\.ts$/.test(file));
  const texts = files.map((file) => readFileSync(new URL(file, url), "utf8"));
  const given = /reason: "([a-z-]+)"|(?:badFile|invalid|invalidCandidate)\(\s*"([a-z-]+)"/g;
  return texts.flatMap((text) => [...text.matchAll(given)].map(([, a, b]) => a ?? b));
});

test.each([...new Set(reasons)])("docs/errors.md explains the reason %s", (reason) => {
  expect(page.includes(`\`${reason}\``)).toBe(true);
});

test("the reasons were found in the source", () => {
  expect(new Set(reasons).size).toBeGreaterThan(30);
});
