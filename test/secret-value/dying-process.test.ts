import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { assertNoLeak } from "@llm-orchestrator/secrets-testing";
import fc from "fast-check";
import { size } from "secrets-tools/test-size";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleChild, type Child } from "../support/run-child.ts";
import { generatedSecrets } from "./generated-secrets.ts";

const deaths = [
  "uncaught value",
  "uncaught error",
  "uncaught error of a store",
  "unhandled rejection",
  "unhandled rejection of an error",
  "failed assertion",
];

let child: Child;

beforeAll(async () => {
  child = await bundleChild(new URL("./dying-process-child.ts", import.meta.url));
});
afterAll(() => child.dispose());

/** All that a process leaves behind: both streams and its diagnostic report. */
async function remains(how: string, secret: string, plain = false): Promise<string> {
  const options = ["--report-uncaught-exception", "--trace-warnings", "--enable-source-maps"];
  const input = JSON.stringify({ how, secret, plain });
  const { stdout, stderr, exitCode } = await child.run(input, options);
  expect(exitCode).not.toBe(0);
  const reports = (await readdir(child.folder)).filter((name) => name.startsWith("report."));
  expect(reports).toHaveLength(1);
  const path = join(child.folder, reports[0] as string);
  const report = await readFile(path, "utf8");
  await rm(path);
  return [stdout, stderr, report].join("\n");
}

describe("a process that dies of a secret", () => {
  test("prints and reports nothing of it", { timeout: size(120_000, 600_000) }, async () => {
    let round = 0;
    const property = fc.asyncProperty(generatedSecrets, async (secret) => {
      const output = await remains(deaths[round++ % deaths.length] as string, secret);
      expect(output).toMatch(/\[redacted|SecretValue|SecretError/);
      await assertNoLeak({ output }, [secret], { slowChannels: false });
    });
    await fc.assert(property, { numRuns: size(18, 200), seed: 6 });
  });

  test.each(deaths)("would show a plain object: %s", { timeout: 20_000 }, async (how) => {
    const secret = "canary-0c7d5be1f3a9";
    const output = await remains(how, secret, true);
    const leak = assertNoLeak({ output }, [secret], { slowChannels: false });
    await expect(leak).rejects.toThrow(/can be seen/);
  });
});
