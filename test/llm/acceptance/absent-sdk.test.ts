import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, expect, test } from "vitest";
import { execute } from "../../packed/execute.js";

const folder = mkdtempSync(join(tmpdir(), "absent-sdk-"));
afterAll(() => rm(folder, { recursive: true }));

/** Runs code where none of the vendors' packages can be found. */
async function run(code: string): Promise<unknown> {
  const outfile = join(folder, "main.mjs");
  await build({
    stdin: { contents: code, resolveDir: import.meta.dirname, loader: "ts" },
    ...{ outfile, bundle: true, format: "esm", platform: "node" },
    conditions: ["@llm-orchestrator/source"],
    external: ["openai", "@anthropic-ai/sdk", "@ai-sdk/*", "ai"],
  });
  const { stdout } = await execute(process.execPath, [outfile], { cwd: folder });
  return JSON.parse(stdout);
}

const clients = [
  ["openai", "OpenAI", "openAIOptions", "openai"],
  ["anthropic", "Anthropic", "anthropicOptions", "@anthropic-ai/sdk"],
] as const;

test.each(clients)(
  "without the SDK of %s its client says how to install it, and the options can be made",
  async (name, vendor, options, peer) => {
    const report = await run(`
      import { create${vendor}Client, ${options} } from "@llm-orchestrator/secrets-${name}";
      import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
      const store = MemorySecretStore.from({ key: "sk-example" });
      const made = Object.keys(${options}(store, "key")).includes("fetch");
      const error = await create${vendor}Client(store, "key").catch((thrown) => thrown);
      console.log(JSON.stringify({ made, error }));
    `);
    expect(report).toEqual({
      made: true,
      error: expect.objectContaining({
        ...{ name: "SecretError", code: "CONFIGURATION", reason: "package-absent" },
        message: expect.stringContaining(`npm install ${peer}`),
      }),
    });
  },
);
