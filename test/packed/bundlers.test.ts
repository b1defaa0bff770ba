import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { bundlers } from "./bundle.js";
import { execute } from "./execute.js";
import { nodes } from "./nodes.js";
import { packPackages } from "./pack.js";
import { createProject, temporaryFolder } from "./project.js";

// npm, compilers and bundlers, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const folder = temporaryFolder();

const vault = "@llm-orchestrator/secrets-vault";

let project: string;
let projectWithVault: string;

beforeAll(async () => {
  const needed = ["core", "env", "cache", "builder"].map(
    (name) => `@llm-orchestrator/secrets-${name}`,
  );
  const packages = (await packPackages(folder)).filter(({ name }) => needed.includes(name));
  project = await createProject(join(folder, "app"), "bundled", { type: "module", packages });
  projectWithVault = join(folder, "app with vault");
  await cp(project, projectWithVault, { recursive: true });
  await addVault(projectWithVault);
});

/** A stand-in for the optional package: installed, it has to end up in the bundle. */
async function addVault(target: string): Promise<void> {
  const path = join(target, "node_modules", vault);
  await mkdir(path, { recursive: true });
  const manifest = { name: vault, version: "1.0.0", type: "module", exports: "./index.js" };
  await writeFile(join(path, "package.json"), JSON.stringify(manifest));
  await writeFile(
    join(path, "index.js"),
    `import { ForwardingSecretStore } from "@llm-orchestrator/secrets-core";
    import { EnvSecretStore } from "@llm-orchestrator/secrets-env";
    class Store extends ForwardingSecretStore { get name() { return "stand-in"; } }
    export const vaultBackend = { scheme: "vault", create: () => new Store(new EnvSecretStore()) };`,
  );
}

/** Runs a bundle where there is no `node_modules` at all. */
async function run(node: string, file: string): Promise<unknown> {
  const { stdout, stderr } = await execute(node, [file], { cwd: folder });
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

describe.each(Object.entries(bundlers))("bundled by %s", (name, bundle) => {
  let file: string;
  beforeAll(async () => {
    file = await bundle(project, join(folder, `without vault, ${name}`));
  });

  it.each([...nodes])("runs on Node %s without the absent package", async (_, node) => {
    expect(await run(node, file)).toEqual({
      env: "found",
      vault: {
        ...{ code: "CONFIGURATION", reason: "package-absent" },
        message:
          `Invalid configuration: the package ${vault} is not installed. ` +
          `Install it: npm install ${vault}.`,
      },
    });
  });

  it("holds the package where it is installed", async () => {
    const whole = await bundle(projectWithVault, join(folder, `with vault, ${name}`));
    expect(await run(process.execPath, whole)).toEqual({
      env: "found",
      vault: { name: "stand-in" },
    });
  });
});

it.each(["esbuild, esm", "webpack, esm", "vite"])(
  "%s refuses an absent package outside of try: the absence above is no luck",
  async (name) => {
    const eager = join(folder, `eager, ${name}`);
    await cp(project, eager, { recursive: true });
    await writeFile(join(eager, "main.js"), 'import "@llm-orchestrator/secrets-aws";\n');
    await expect(bundlers[name]?.(eager, join(folder, `eager output, ${name}`))).rejects.toThrow(
      /secrets-aws/,
    );
  },
);
