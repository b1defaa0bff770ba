// Packs every package as it would be published and checks the tarball. Run it after the build.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { checkTarball } from "./check-tarball.mjs";
import { readWorkspaces } from "./workspace.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const execute = promisify(execFile);

/** The output of a linter that found something, else "". */
async function lint(command, ...args) {
  try {
    await execute(join(root, "node_modules", ".bin", command), args, { cwd: root });
    return [];
  } catch (error) {
    return [`${command}: ${error.stdout}${error.stderr}`];
  }
}

export const lintExports = async (tarball) => [
  ...(await lint("publint", "run", tarball, "--strict")),
  ...(await lint("attw", tarball, "--profile", "esm-only", "--no-emoji", "--no-color")),
];

async function checkPackage(workspace, folder) {
  mkdirSync(folder);
  const packed = await execute("pnpm", ["pack", "--json", "--pack-destination", folder], {
    cwd: workspace.path,
  });
  const { filename } = JSON.parse(packed.stdout);
  await execute("tar", ["-xzf", filename, "-C", folder]);
  return [...checkTarball(workspace, join(folder, "package")), ...(await lintExports(filename))];
}

async function main() {
  const temporary = mkdtempSync(join(tmpdir(), "packages-"));
  try {
    for (const workspace of readWorkspaces(root).filter(({ published }) => published)) {
      const problems = await checkPackage(workspace, join(temporary, workspace.folder));
      for (const problem of problems) console.error(`packages/${workspace.folder}: ${problem}`);
      if (problems.length > 0) process.exitCode = 1;
    }
  } finally {
    rmSync(temporary, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
