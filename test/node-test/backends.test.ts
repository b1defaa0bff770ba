import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const suites = {
  env: at("../../packages/env/test/conformance.test.ts"),
  example: at("../../examples/read-only-backend/src/json-file-store.conformance.test.ts"),
};
let folder: string;

/** The very files that vitest runs, bundled with node:test in its place. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "node test "));
  await build({
    ...{ entryPoints: suites, outdir: folder, outExtension: { ".js": ".cjs" }, bundle: true },
    ...{ format: "cjs", platform: "node", target: "node20", logLevel: "error" },
    alias: { vitest: at("vitest-names.ts") },
    conditions: ["@llm-orchestrator/source"],
  });
}, 30_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

function runNodeTest(suite: string): Promise<{ code: unknown; output: string }> {
  const { VITEST: _, NODE_OPTIONS: __, NODE_TEST_CONTEXT: ___, ...env } = process.env;
  const parameters = ["--test", "--test-reporter=tap", join(folder, `${suite}.cjs`)];
  return new Promise((resolve) => {
    execFile(process.execPath, parameters, { env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, output: stdout + stderr }),
    );
  });
}

const count = (output: string, what: string) =>
  Number(new RegExp(`^# ${what} (\\d+)$`, "m").exec(output)?.[1]);

describe("under node:test", () => {
  test.each([
    ["env", 300],
    ["example", 80],
  ])("the suite passes on %s, in more than %i cases", async (suite, cases) => {
    const { code, output } = await runNodeTest(suite);
    expect(count(output, "fail"), output.slice(-2_000)).toBe(0);
    expect(code).toBe(0);
    expect(count(output, "pass")).toBeGreaterThan(cases);
  });
});
