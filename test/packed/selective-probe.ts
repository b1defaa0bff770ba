import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { execute } from "./execute.js";
import type { PackedPackage } from "./pack.js";

/** Files of packages that Node has parsed. */
interface LoadedFiles {
  readonly ours: number;
  readonly others: number;
}

/** What `projects/selective/probe.js` says. */
export interface Probed {
  /** Not there where the import failed. */
  readonly imported?: LoadedFiles;
  readonly called: LoadedFiles;
  readonly failure?: { readonly code: string; readonly reason?: string; readonly message: string };
}

/** Imports a package in a process of its own, and calls it once. */
export async function probe(
  project: string,
  specifier: string,
  call: readonly string[],
  node = process.execPath,
): Promise<Probed> {
  const { stdout } = await execute(node, ["probe.js", specifier, ...call], { cwd: project });
  return JSON.parse(stdout) as Probed;
}

/** Puts our packages into a project by hand, and nothing that they need of others. */
export async function unpackOurs(
  project: string,
  packages: readonly PackedPackage[],
): Promise<void> {
  for (const { name, tarball } of packages) {
    const target = join(project, "node_modules", name);
    await mkdir(target, { recursive: true });
    await execute("tar", ["-xzf", tarball, "-C", target, "--strip-components=1"]);
  }
}
