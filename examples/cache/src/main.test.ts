import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const main = fileURLToPath(new URL("../dist/main.js", import.meta.url));
let folder: string;
let output: { readonly stdout: string; readonly stderr: string };
let left: readonly string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "a cache "));
  const env = { ...process.env, TMPDIR: folder, TMP: folder, TEMP: folder };
  output = await promisify(execFile)(process.execPath, [main], { env });
  left = await readdir(folder);
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

test.each([
  ["what was read is kept", /held after invalidate +0\n.*1,000 misses at once +1\n/],
  ["every access is counted", /total accesses +10002: 9001 hits, 1001 misses\n/],
  ["what is expired is taken out", /taken out by cleanupExpired +1\n/],
  ["a rotation through the cache is seen at once", /rotating through it +version 2 \[redacted\]/],
  ["the previous version stays readable", /is still the old one +true\n/],
  ["a rotation past it is seen after a refusal", /rejected: secret } +version 3 \[redacted\]/],
  ["no read fails while the server is dead", /reads while it is down +\d+, of which 0 failed\n/],
  ["stale answers are marked and counted", /marked stale +100\n/],
  ["the cache warns of them", /warning +STALE_SECRET_SERVED\n/],
  ["the store itself is down", /without a cache +BACKEND_UNAVAILABLE\n/],
  ["what was never read is not made up", /not held +BACKEND_UNAVAILABLE\n/],
  ["it recovers", /fresh again after +[\d.]+ ms\n/],
])("%s", (_, says) => {
  expect(output.stdout).toMatch(says);
});

test("no value is printed, nor left behind", () => {
  expect(output.stdout).not.toMatch(/sk-sample|[\w-]{43}/);
  expect(output.stderr).toBe("");
  expect(left).toEqual([]);
});
