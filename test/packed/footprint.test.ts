import { join } from "node:path";
import { build, type OutputFile } from "esbuild";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { execute } from "./execute.js";
import { nodes } from "./nodes.js";
import { packPackages } from "./pack.js";
import { createProject, temporaryFolder } from "./project.js";

// npm, compilers and bundlers, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const folder = temporaryFolder();

/** Node's modules that take milliseconds, in a process that perhaps never needs them. */
const heavy = /[ /_](https?|http2|net|tls|crypto|undici|fetch)([/_]|$)/;

/** Some way above what it is: a new dependency shows, a sentence more does not. */
const maxBundleBytes = 45_000;

let project: string;

beforeAll(async () => {
  const needed = ["core", "env"].map((name) => `@llm-orchestrator/secrets-${name}`);
  const packages = (await packPackages(folder)).filter(({ name }) => needed.includes(name));
  project = await createProject(join(folder, "app"), "loaded", { type: "module", packages });
});

/** Modules of Node's own that a process has loaded when it has run the script. */
async function loadedBy(node: string, script: string): Promise<readonly string[]> {
  const print = "console.log(JSON.stringify(process.moduleLoadList))";
  const args = ["--input-type=module", "--eval", `${script};${print}`];
  const { stdout } = await execute(node, args, { cwd: project });
  return JSON.parse(stdout) as readonly string[];
}

describe.each([...nodes])("nothing of http, fetch or crypto is loaded on Node %s", (_, node) => {
  let always: ReadonlySet<string>;
  beforeAll(async () => {
    always = new Set(await loadedBy(node, 'await import("./empty.js")'));
  });

  async function heavyModules(script: string): Promise<readonly string[]> {
    const loaded = await loadedBy(node, script);
    return loaded.filter((name) => heavy.test(name) && !always.has(name));
  }

  it.each([
    ["by importing core and env and making a store", 'await import("./make.js")'],
    ["by reading a variable", 'await (await import("./make.js")).read()'],
  ])("%s", async (_, script) => {
    expect(await heavyModules(script)).toEqual([]);
  });

  it.each([
    ...["http", "https", "http2", "net", "tls", "crypto"].map((name) => `import "node:${name}"`),
    'await fetch("data:,")',
    "crypto.getRandomValues(new Uint8Array(1))",
  ])("the control is seen: %s", async (script) => {
    expect(await heavyModules(script)).not.toEqual([]);
  });
});

it("core and env stay small when bundled and minified", async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: 'export { EnvSecretStore } from "@llm-orchestrator/secrets-env";',
      resolveDir: project,
    },
    ...{ bundle: true, minify: true, write: false, format: "esm" },
    ...{ platform: "node", target: "node20", logLevel: "silent" },
  });
  const [{ contents }] = outputFiles as [OutputFile];
  console.log(`core and env, bundled and minified: ${(contents.length / 1_000).toFixed(1)} kB`);
  expect(contents.length).toBeLessThan(maxBundleBytes);
});
