// Packs every package as it would be published and checks the tarball: its contents, exports, size, and
// that no secret is in it. Run it after the build; with --write-sizes it writes the sizes instead.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  checkSizes,
  measureBundle,
  measureTarball,
  readSizes,
  writeSizes,
} from "./check-sizes.mjs";
import { checkTarball } from "./check-tarball.mjs";
import { findSecrets } from "./find-secrets.mjs";
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

/** Packs a package into `folder`, as `pnpm publish` would, and unpacks it there. */
export async function packPackage(workspace, folder) {
  mkdirSync(folder);
  const packed = await execute("pnpm", ["pack", "--json", "--pack-destination", folder], {
    cwd: workspace.path,
  });
  const { filename } = JSON.parse(packed.stdout);
  await execute("tar", ["-xzf", filename, "-C", folder]);
  return { tarball: filename, unpacked: join(folder, "package") };
}

async function checkPackages(temporary, onPackage) {
  const sizes = {};
  for (const workspace of readWorkspaces(root).filter(({ published }) => published)) {
    const { folder } = workspace;
    const { tarball, unpacked } = await packPackage(workspace, join(temporary, folder));
    sizes[folder] = measureTarball(tarball, unpacked);
    for (const problem of await onPackage(workspace, tarball, unpacked)) {
      console.error(`packages/${folder}: ${problem}`);
      process.exitCode = 1;
    }
  }
  sizes["core and env in a bundle"] = await measureBundle(root);
  return sizes;
}

/** What is wrong with a tarball, as messages. */
export const problemsOf = async (workspace, tarball, unpacked) => [
  ...checkTarball(workspace, unpacked),
  ...(await findSecrets(unpacked)),
  ...(await lintExports(tarball)),
];

async function main() {
  const isWriting = process.argv.includes("--write-sizes");
  const temporary = mkdtempSync(join(tmpdir(), "packages-"));
  try {
    const sizes = await checkPackages(temporary, isWriting ? () => [] : problemsOf);
    if (isWriting) writeSizes(root, sizes);
    for (const problem of checkSizes(readSizes(root), sizes)) {
      console.error(problem);
      process.exitCode = 1;
    }
  } finally {
    rmSync(temporary, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
