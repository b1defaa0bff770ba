import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { rangeOf, templateFolder } from "./own-manifest.js";
import { type Filling, fillIn } from "./template-words.js";

interface Manifest {
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
}

/** A file to write, by its path in the new package with `/` between folders. */
export type NewFiles = ReadonlyMap<string, string>;

/**
 * npm leaves a .gitignore out of a package, pnpm adds the repository's licence unless it finds one, and
 * tools take any manifest for a package of its own.
 */
const renamed: ReadonlyMap<string, string> = new Map([
  ["_gitignore", ".gitignore"],
  ["_LICENSE", "LICENSE"],
  ["_package.json", "package.json"],
]);

/** A package that stands alone. */
export async function standaloneFiles(filling: Filling): Promise<NewFiles> {
  const files = new Map(await readTemplate("package", filling));
  const manifest = JSON.parse(files.get("package.json") ?? "{}") as Manifest;
  for (const dependencies of [manifest.dependencies, manifest.devDependencies]) {
    for (const [name, range] of Object.entries(dependencies)) {
      if (range.startsWith("workspace:")) dependencies[name] = await rangeOf(name);
    }
  }
  files.set("package.json", toText(manifest));
  return files;
}

/** What the repository keeps once for all its packages. */
const keptByRepository = /^(?:LICENSE|\.gitignore|tsconfig\.build\.json|\.changeset\/.*)$/;

/** A package of this project's repository: the same sources, and the manifest that its checks ask for. */
export async function repositoryFiles(filling: Filling): Promise<NewFiles> {
  const files = new Map(await readTemplate("package", filling));
  for (const path of files.keys()) if (keptByRepository.test(path)) files.delete(path);
  for (const [path, text] of await readTemplate("repository", filling)) files.set(path, text);
  return files;
}

async function readTemplate(folder: string, filling: Filling): Promise<[string, string][]> {
  const root = join(templateFolder, folder);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .replaceAll("\\", "/"),
    )
    .filter((path) => !/^(?:node_modules|dist)\//.test(path)) // what building the template leaves
    .sort();
  return Promise.all(
    paths.map(async (path): Promise<[string, string]> => {
      const text = await readFile(join(root, path), "utf8");
      const filled =
        path === "_package.json" ? fillInManifest(text, filling) : fillIn(text, filling);
      return [renamed.get(path) ?? path, filled];
    }),
  );
}

/** Value by value: a description may hold quotes. */
function fillInManifest(text: string, filling: Filling): string {
  const fill = (_: string, value: unknown) =>
    typeof value === "string" ? fillIn(value, filling) : value;
  return toText(JSON.parse(text, fill) as object);
}

/** As npm writes a manifest. */
function toText(manifest: object): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
