import { mkdir, mkdtemp, readFile, realpath, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execute } from "../../packed/execute.js";
import type { SdkVersion } from "./versions.js";

const modules = fileURLToPath(new URL("../../node_modules", import.meta.url));
const cache = fileURLToPath(new URL("../../../node_modules/.cache/llm-sdks", import.meta.url));

/** A peer of most of them, in the one version that all accept. */
const zod = "zod@3.25.76";

/** A new folder outside the repository whose `node_modules` has these versions and nothing else. */
export async function projectWith(sdk: SdkVersion): Promise<string> {
  const source = sdk.aliases ? modules : join(await install(sdk), "node_modules");
  const packages = new Map<string, string>();
  for (const [name, version] of Object.entries(sdk.packages)) {
    const path = await realpath(join(source, sdk.aliases?.[name] ?? name));
    const found = await versionIn(path);
    if (found !== version) throw new Error(`${name} is ${found}, not the ${version} of the table`);
    packages.set(name, path);
  }
  const folder = await mkdtemp(join(tmpdir(), "an application "));
  for (const [name, path] of packages) {
    const link = join(folder, "node_modules", name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(path, link);
  }
  return folder;
}

/** By npm, into a folder that git ignores, unless an earlier run has done so. */
export async function install({ packages }: SdkVersion): Promise<string> {
  const wanted = Object.entries(packages).map(([name, version]) => `${name}@${version}`);
  const folder = join(cache, wanted.join("+").replaceAll("/", "-"));
  const done = join(folder, "installed");
  if (await readFile(done, "utf8").catch(() => undefined)) return folder;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), '{ "private": true }');
  const args = ["install", "--no-save", "--ignore-scripts", "--omit=peer", "--loglevel=error"];
  await execute("npm", [...args, ...wanted, zod], { cwd: folder });
  await writeFile(done, wanted.join("\n"));
  return folder;
}

async function versionIn(folder: string): Promise<string> {
  const manifest = await readFile(join(folder, "package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}
