import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";

const main = fileURLToPath(new URL("../dist/main.js", import.meta.url));
let output: { readonly stdout: string; readonly stderr: string };

beforeAll(async () => {
  output = await promisify(execFile)(process.execPath, [main]);
});

test.each([
  ["a builder makes it by object", /one secret +openai\/api_key \[redacted\] from json-file\n/],
  ["getSecrets tells what it found", /at once +openai\/api_key found\n/],
  ["and what not", /at once +openai\/organization NOT_FOUND\n/],
  ["it is asked how it is", /is it well +true\n/],
  ["it cannot be written to", /a write is +NOT_SUPPORTED\n/],
  ["a builder makes it by URL, below a prefix", /field of it +primary user \[redacted\]\n/],
])("%s", (_, says) => {
  expect(output.stdout).toMatch(says);
});

test("nothing of a value is printed", () => {
  expect(output.stdout).not.toMatch(/sk-example|\bapp\b|example$|letters|length/m);
  expect(output.stderr).toBe("");
});
