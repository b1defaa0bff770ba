import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const basic = fileURLToPath(new URL("../examples/basic/dist/main.js", import.meta.url));
const { OPENAI_API_KEY: _, ANTHROPIC_API_KEY: __, ...bareEnvironment } = process.env;

describe("npm start", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "an example "));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const run = (environment: Record<string, string> = {}) =>
    promisify(execFile)(process.execPath, [basic], {
      cwd: folder,
      env: { ...bareEnvironment, ...environment },
    });

  test("runs with nothing set up, and prints no value", async () => {
    const { stdout, stderr } = await run();
    expect(stdout).toContain("built-in sample; set OPENAI_API_KEY for yours");
    expect(stdout).toMatch(/with \.expose\(\)\s+200/);
    expect(stdout).toMatch(/previous still reads\s+true/);
    expect(stdout + stderr).not.toMatch(/sk-sample|second value/);
    expect(stderr).toBe("");
  });

  test("reports a key of the user's own, and prints and sends it nowhere", async () => {
    await writeFile(join(folder, ".env"), "ANTHROPIC_API_KEY=sk-canary-dotenv\n");
    const { stdout, stderr } = await run({ OPENAI_API_KEY: "sk-canary-variable" });
    expect(stdout).toContain("found OPENAI_API_KEY: yours, and sent nowhere");
    expect(stdout).toContain("found ANTHROPIC_API_KEY: yours, and sent nowhere");
    expect(stdout).toMatch(/with \.expose\(\)\s+200/); // the sample's, which is all that server knows
    expect(stdout + stderr).not.toContain("canary");
  });

  test("is coloured only on a terminal", async () => {
    const { stdout } = await run();
    expect(stdout).not.toContain("\u001b[");
  });
});
