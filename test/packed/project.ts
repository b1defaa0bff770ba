import { mkdtempSync } from "node:fs";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import { execute } from "./execute.js";
import type { PackedPackage } from "./pack.js";

export interface ProjectOptions {
  readonly type: "module" | "commonjs";
  readonly packages: readonly PackedPackage[];
  /** Packages of others, and which version: `{ openai: "6" }`. */
  readonly others?: Readonly<Record<string, string>>;
}

/** Where `npm install` put a package, and whence it came. */
export interface InstalledPackage {
  readonly path: string;
  readonly resolved: string;
}

/**
 * A folder outside the repository and with a space in its path, removed after the file's tests.
 * To be called at the top of a file or of a `describe`: inside a hook it would stay behind.
 */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "packed packages "));
  afterAll(() => rm(folder, { recursive: true }));
  return folder;
}

/** A blank project with the files of `projects/<template>`, and the packages installed by npm. */
export async function createProject(
  folder: string,
  template: string,
  { type, packages, others = {} }: ProjectOptions,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  await cp(fileURLToPath(new URL(`projects/${template}`, import.meta.url)), folder, {
    recursive: true,
  });
  const ours = Object.fromEntries(packages.map(({ name, tarball }) => [name, `file:${tarball}`]));
  const dependencies = { ...ours, ...others };
  await writeFile(join(folder, "package.json"), JSON.stringify({ type, dependencies }));
  await execute("npm", ["install", "--prefer-offline", "--ignore-scripts", "--loglevel=error"], {
    cwd: folder,
  });
  return folder;
}

/** What npm's lockfile says of our packages. */
export async function installedPackages(project: string): Promise<readonly InstalledPackage[]> {
  const text = await readFile(join(project, "package-lock.json"), "utf8");
  const { packages } = JSON.parse(text) as {
    packages: Readonly<Record<string, { readonly resolved?: string }>>;
  };
  return Object.entries(packages)
    .filter(([path]) => path.includes("node_modules/@llm-orchestrator/"))
    .map(([path, { resolved = "" }]) => ({ path, resolved }));
}
