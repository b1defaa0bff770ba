import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url); // of this package: from src and from dist alike

export const templateFolder = fileURLToPath(new URL("template", root));

interface Manifest {
  readonly version: string;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

async function readManifest(url: URL): Promise<Manifest> {
  return JSON.parse(await readFile(url, "utf8")) as Manifest;
}

export async function ownVersion(): Promise<string> {
  return (await readManifest(new URL("package.json", root))).version;
}

/**
 * The range of a package of ours that a new backend needs: the one that this package was tested with, which
 * pnpm wrote into the manifest when it was packed.
 */
export async function rangeOf(name: string): Promise<string> {
  const { devDependencies = {} } = await readManifest(new URL("package.json", root));
  const range = devDependencies[name];
  if (range === undefined) throw new Error(`${name} is not in this package's devDependencies`);
  if (!range.startsWith("workspace:")) return range;
  // Not packed, but run from the repository: the neighbour's own version.
  const { version } = await readManifest(new URL(`node_modules/${name}/package.json`, root));
  return `^${version}`;
}
