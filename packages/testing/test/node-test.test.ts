import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "tsup";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const entry = fileURLToPath(new URL("fixtures/node-test.ts", import.meta.url));
let folder: string;

/** Node 20 runs no TypeScript: the suite and its fixture become one file. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "conformance-"));
  await build({
    ...{ entry: { suite: entry }, outDir: folder, format: "esm", target: "es2022" },
    ...{ config: false, silent: true, noExternal: [/.*/], removeNodeProtocol: false },
    outExtension: () => ({ js: ".mjs" }),
    esbuildOptions: (options) => {
      options.conditions = ["@llm-orchestrator/source"];
    },
  });
}, 30_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

function runNodeTest(mutant: string): Promise<{ code: unknown; output: string }> {
  const { VITEST: _, NODE_OPTIONS: __, NODE_TEST_CONTEXT: ___, ...env } = process.env;
  const parameters = ["--test", "--test-reporter=tap", join(folder, "suite.mjs")];
  const options = { env: { ...env, MUTANT: mutant }, maxBuffer: 64 * 2 ** 20 };
  return new Promise((resolve) => {
    execFile(process.execPath, parameters, options, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, output: stdout + stderr }),
    );
  });
}

const count = (output: string, what: string) =>
  Number(new RegExp(`^# ${what} (\\d+)$`, "m").exec(output)?.[1]);

describe("under node:test", () => {
  test("the memory store passes", { timeout: 60_000 }, async () => {
    const { code, output } = await runNodeTest("");
    expect(count(output, "fail"), output.slice(-2_000)).toBe(0);
    expect(code).toBe(0);
    expect(count(output, "pass")).toBeGreaterThan(150);
  });

  test("a mutant fails, and the failure says where to read on", { timeout: 60_000 }, async () => {
    const { code, output } = await runNodeTest("a list shows one level");
    expect(code).toBe(1);
    expect(count(output, "fail")).toBeGreaterThan(0);
    expect(output).toContain("testing-a-backend.md#listing");
  });
});
