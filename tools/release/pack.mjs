// Packs every package into release/, checked as `npm run check` checks it, for a job that does nothing but
// publish. release/tarballs.txt names them: "<name> <version> <file>", what others need first.
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { packPackage, problemsOf } from "../checks/packages.mjs";
import { readWorkspaces } from "../checks/workspace.mjs";
import { publishOrder } from "./publish-order.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const release = join(root, "release");

async function pack(temporary) {
  const published = readWorkspaces(root).filter((workspace) => workspace.published);
  const lines = [];
  for (const workspace of publishOrder(published)) {
    const { name, version } = workspace.manifest;
    if (version.startsWith("0."))
      throw new Error(`${name} is ${version}: run "npm run version" first`);
    const { tarball, unpacked } = await packPackage(workspace, join(temporary, workspace.folder));
    const problems = await problemsOf(workspace, tarball, unpacked);
    if (problems.length > 0) throw new Error(`${name}: ${problems.join("\n")}`);
    renameSync(tarball, join(release, basename(tarball)));
    lines.push(`${name} ${version} ${basename(tarball)}`);
  }
  writeFileSync(join(release, "tarballs.txt"), `${lines.join("\n")}\n`);
  console.log(lines.join("\n"));
}

rmSync(release, { recursive: true, force: true });
mkdirSync(release);
const temporary = mkdtempSync(join(release, "unpacked-"));
try {
  await pack(temporary);
} finally {
  rmSync(temporary, { recursive: true });
}
