import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { installTimeoutMs } from "secrets-tools/openbao";
import { expect, test } from "vitest";

const main = fileURLToPath(new URL("../dist/main.js", import.meta.url));

function runMain(options: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  const args = [main, "--processes", "2", "--callers", "2", "--rotations", "2", ...options];
  const env = { ...process.env, ...variables };
  return new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, args, { env }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

test.each([
  ["a server of the example's own", {}],
  ["OpenBao", { ROTATION_STORE: "vault" }],
])(
  "no call fails while keys rotate in %s, and nothing of one is printed",
  async (_, variables) => {
    const { code, stdout, stderr } = await runMain([], variables);
    expect(stdout).toMatch(/at once\n.*2 rotations in [\d.]+ s: \d+ calls, 0 failed\n/s);
    expect(stdout).toMatch(/the old one\n.*1 rotations in [\d.]+ s: \d+ calls, 0 failed\n/s);
    expect(stdout).toContain("No call failed.");
    expect(stdout + stderr).not.toContain("sk-sample");
    expect([code, stderr]).toEqual([0, ""]);
  },
  installTimeoutMs,
);

test("with a key that is read once, calls fail, and so does the example", async () => {
  const { code, stdout, stderr } = await runMain(["--static"]);
  expect(stdout).toMatch(/[1-9]\d* failed\n.*failures: .*401/s);
  expect(stdout + stderr).not.toContain("sk-sample");
  expect([code, stderr]).toEqual([1, ""]);
}, 60_000);
