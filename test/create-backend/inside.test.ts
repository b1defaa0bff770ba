import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { execute, type Output } from "../packed/execute.js";

// A compiler, a bundler and a test run, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const repository = fileURLToPath(new URL("../..", import.meta.url));
const main = join(repository, "packages/create-secrets-backend/dist/main.js");

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "a checkout "));
  await copyRepository();
});
afterAll(() => rm(root, { recursive: true }));

/** As much of this repository as a backend and its checks need. */
async function copyRepository(): Promise<void> {
  const configs = ["biome.json", "package.json", "pnpm-workspace.yaml", "tsconfig.json"];
  const folders = [".changeset", "tools/checks", "tools/tsconfig"];
  const files = [...configs, "vitest.config.ts", "tools/tsup.base.ts", "tools/package.json"];
  for (const path of [...files, ...folders]) {
    await cp(join(repository, path), join(root, path), { recursive: true });
  }
  for (const folder of ["core", "testing"]) {
    const copy = join(root, "packages", folder);
    const from = join(repository, "packages", folder);
    const isOurs = (path: string) => !path.endsWith("node_modules");
    await cp(from, copy, { recursive: true, filter: isOurs });
  }
  for (const path of [".", "tools"]) {
    await symlink(join(repository, path, "node_modules"), join(root, path, "node_modules"));
  }
  await link("testing", "core");
  // Those of packages that are not here would be looked for.
  const tsconfig = await readFile(join(root, "tsconfig.json"), "utf8");
  const isAbsent = /,\n *\{ "path": "packages\/(?!core|testing)[^"]+" \}/g;
  await writeFile(join(root, "tsconfig.json"), tsconfig.replaceAll(isAbsent, ""));
}

/** As `pnpm install` would. */
async function link(folder: string, ...dependencies: readonly string[]): Promise<void> {
  const scope = join(root, "packages", folder, "node_modules", "@llm-orchestrator");
  await mkdir(scope, { recursive: true });
  for (const dependency of dependencies) {
    await symlink(join(root, "packages", dependency), join(scope, `secrets-${dependency}`));
  }
}

const run = (...args: readonly string[]) =>
  execute(process.execPath, [main, ...args], { cwd: root });

const tool = (command: string, args: readonly string[], folder = "."): Promise<Output> =>
  execute(join(repository, "node_modules", ".bin", command), args, { cwd: join(root, folder) });

/** What `tools/checks` say of the package. What they say of others is the others' affair. */
async function findings(folder: string): Promise<readonly string[]> {
  const script = `const { checkStructure } = await import("./tools/checks/structure.mjs");
    const { problems, notes } = checkStructure(process.cwd());
    console.log(JSON.stringify([...problems, ...notes]));`;
  const args = ["--input-type=module", "--eval", script];
  const { stdout } = await execute(process.execPath, args, { cwd: root });
  return (JSON.parse(stdout) as readonly string[]).filter((finding) => finding.includes(folder));
}

describe("in a checkout of this repository", () => {
  it("a backend is written to packages/, and the root is told of it", async () => {
    const { stdout } = await run("doppler");
    expect(stdout).toContain("Wrote @llm-orchestrator/secrets-doppler to packages/doppler:");
    expect(stdout).toContain('layers.mjs  add the line  doppler: { mayImport: ["core"] },');
    const config = JSON.parse(await readFile(join(root, "tsconfig.json"), "utf8"));
    expect(config.references.at(-1)).toEqual({ path: "packages/doppler" });
    const changeset = await readFile(join(root, ".changeset/first-release-of-doppler.md"), "utf8");
    expect(changeset).toContain('"@llm-orchestrator/secrets-doppler": major\n');
    expect((await readdir(join(root, "packages/doppler"))).sort()).toEqual(
      ["README.md", "package.json", "src", "test", "tsconfig.json", "tsup.config.ts"].sort(),
    );
  });

  it("it passes the checks as soon as the table of packages has it, as the next steps say", async () => {
    await link("doppler", "core", "testing");
    await tool("tsup", [], "packages/doppler");
    await tool("tsc", ["-b"], "packages/doppler");
    expect(await findings("packages/doppler")).toEqual([
      expect.stringContaining("not in the table"),
    ]);

    const table = join(root, "tools/checks/layers.mjs");
    const layers = await readFile(table, "utf8");
    const line = 'doppler: { mayImport: ["core"] },';
    await writeFile(table, layers.replace("export const layers = {", `$&\n  ${line}`));
    expect(await findings("packages/doppler")).toEqual([]);
  });

  it.each(["doppler", "s3", "gcp-secret-manager"])("%s is formatted as the rest", async (name) => {
    await run(name, "--overwrite");
    const parts = ["src", "test", "README.md", "package.json", "tsconfig.json", "tsup.config.ts"];
    const paths = [...parts.map((part) => `packages/${name}/${part}`), "tsconfig.json"];
    await tool("biome", ["check", "--error-on-warnings", "--vcs-enabled=false", ...paths]);
  });

  it("its tests pass, on the sources of the packages below it", async () => {
    await rm(join(root, "packages/core/dist"), { recursive: true });
    // The conformance suite runs on the template itself, and on the package outside of the repository.
    const files = ["backend", "error-map"].map((name) => `packages/doppler/test/${name}.test.ts`);
    const { stdout } = await tool("vitest", ["run", ...files]);
    expect(stdout).toMatch(/Tests +[^\n]*[3-9]\d passed/);
    expect(stdout).not.toMatch(/failed|skipped/);
  });

  it.each([
    [["doppler"], /packages\/doppler is not empty/],
    [["next", "--scope", "@acme"], /is called @llm-orchestrator\/secrets-next/],
    [["next", "packages/other"], /the folder is packages\/next, not other/],
  ])("%j is refused, and nothing changes", async (args, message) => {
    const before = await readdir(join(root, "packages"));
    await expect(run(...args)).rejects.toThrow(message);
    expect(await readdir(join(root, "packages"))).toEqual(before);
  });

  it("a folder that is not below packages/ gets a package that stands alone", async () => {
    const { stdout } = await run("aside", "elsewhere/aside", "--dry-run");
    expect(stdout).toContain("Would write secrets-aside to elsewhere/aside:");
  });
});
