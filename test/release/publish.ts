import { readFileSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execute } from "../packed/execute.js";
import type { PackedPackage } from "../packed/pack.js";
import type { Manifest, ReleaseCopy } from "./release-copy.js";

const workflow = new URL("../../.github/workflows/release.yml", import.meta.url);

/** The script of the workflow's job that publishes, without what only that workflow can do: prove who it is. */
const script = readScript(readFileSync(workflow, "utf8")).replace(
  " --provenance",
  " --no-provenance",
);

function readScript(text: string): string {
  const lines = /working-directory: release\n +run: \|\n((?: {10}.*\n)+)/.exec(text)?.[1];
  if (!lines?.includes("npm publish")) throw new Error(`${workflow.pathname} publishes nothing`);
  return lines;
}

/** Unpacks the tarballs into folders of `folder`, by the package's name. */
export async function unpack(
  packages: readonly PackedPackage[],
  folder: string,
): Promise<ReadonlyMap<string, string>> {
  const unpacked = packages.map(async ({ name, tarball }, index) => {
    const target = join(folder, `${index}`);
    await mkdir(target, { recursive: true });
    await execute("tar", ["-xzf", tarball, "-C", target]);
    return [name, target] as const;
  });
  return new Map(await Promise.all(unpacked));
}

/**
 * Publishes what the registry does not have, by the release workflow's own script: the packages as they are,
 * under the versions of the copy.
 *
 * @returns `name@version` of each that was published.
 */
export async function publish(
  copy: ReleaseCopy,
  unpacked: ReadonlyMap<string, string>,
  env: NodeJS.ProcessEnv,
): Promise<readonly string[]> {
  const release = join(copy.folder, "release");
  await rm(release, { recursive: true, force: true });
  await mkdir(release);
  const versions = await copy.versions();
  const lines = await Promise.all(
    [...unpacked].map(async ([name, folder], index) => {
      await setVersions(join(folder, "package", "package.json"), versions);
      await execute("tar", ["-czf", join(release, `${index}.tgz`), "-C", folder, "package"]);
      return `${name} ${versions[name]} ${index}.tgz\n`;
    }),
  );
  await writeFile(join(release, "tarballs.txt"), lines.join(""));
  const { stdout } = await execute("bash", ["-e", "-c", script], { cwd: release, env });
  return [...stdout.matchAll(/^\+ (\S+)$/gm)].map(([, published = ""]) => published);
}

/** What pnpm writes when it packs: "workspace:^" becomes a caret and the version. */
async function setVersions(
  path: string,
  versions: Readonly<Record<string, string>>,
): Promise<void> {
  const manifest = JSON.parse(await readFile(path, "utf8")) as Manifest;
  manifest.version = versions[manifest.name] ?? "";
  for (const name of Object.keys(manifest.dependencies ?? {})) {
    const version = versions[name];
    if (version && manifest.dependencies) manifest.dependencies[name] = `^${version}`;
  }
  await writeFile(path, JSON.stringify(manifest));
}
