import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { execute } from "../../packed/execute.js";
import { projectWith } from "./install.js";
import type { SdkReport } from "./reports.js";
import type { SdkVersion } from "./versions.js";

/** Left out of the bundle: found where it runs, or dropped where nothing of them is used. */
const vendors: Plugin = {
  name: "vendors",
  setup: ({ onResolve }) =>
    onResolve({ filter: /^(openai|ai|@anthropic-ai\/sdk|@ai-sdk\/[^/]+)(\/|$)/ }, ({ path }) => ({
      ...{ path, external: true, sideEffects: false },
    })),
};

/** Set, so that an SDK which reads them shows up on the wire. */
const ambient = ["OPENAI_API_KEY", "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"];

/**
 * Runs `children/<name>.ts`, and of our packages what it imports, as an application does that has
 * installed these versions of the vendor's. The last line that it prints is its report.
 */
export async function runChild<Report extends SdkReport>(
  name: string,
  sdk: SdkVersion,
  node: string,
): Promise<Report> {
  const folder = await projectWith(sdk);
  try {
    const outfile = join(folder, "main.mjs");
    await build({
      entryPoints: [fileURLToPath(new URL(`children/${name}.ts`, import.meta.url))],
      ...{ outfile, bundle: true, format: "esm", platform: "node", target: "node20" },
      ...{ conditions: ["@llm-orchestrator/source"], logLevel: "silent" },
      plugins: [vendors],
    });
    const env = Object.fromEntries(ambient.map((variable) => [variable, "sk-ambient"]));
    const { stdout, stderr } = await execute(node, [outfile], { cwd: folder, env });
    if ((stdout + stderr).includes("canary")) throw new Error(`${name} printed a key`);
    return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as Report; // ai 6 prints there too
  } finally {
    await rm(folder, { recursive: true });
  }
}
