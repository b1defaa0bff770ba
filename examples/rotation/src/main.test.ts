import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const main = fileURLToPath(new URL("../dist/main.js", import.meta.url));

function runMain(...options: string[]) {
  const args = [main, "--processes", "2", "--callers", "2", "--rotations", "2", ...options];
  return new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, args, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

test("no call fails while keys rotate, and nothing of a key is printed", async () => {
  const { code, stdout, stderr } = await runMain();
  expect(stdout).toMatch(/at once\n.*2 rotations in [\d.]+ s: \d+ calls, 0 failed\n/s);
  expect(stdout).toMatch(/the old one\n.*1 rotations in [\d.]+ s: \d+ calls, 0 failed\n/s);
  expect(stdout).toContain("No call failed.");
  expect(stdout + stderr).not.toContain("sk-sample");
  expect([code, stderr]).toEqual([0, ""]);
}, 60_000);

test("with a key that is read once, calls fail, and so does the example", async () => {
  const { code, stdout, stderr } = await runMain("--static");
  expect(stdout).toMatch(/[1-9]\d* failed\n.*failures: .*401/s);
  expect(stdout + stderr).not.toContain("sk-sample");
  expect([code, stderr]).toEqual([1, ""]);
}, 60_000);
