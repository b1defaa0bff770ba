import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { rangeOf, templateFolder } from "./own-manifest.js";
import { type Filling, fillIn } from "./template-words.js";

/** A file to write, by its path in the new package with `/` between folders. */
export type NewFiles = ReadonlyMap<string, string>;

/** npm leaves a file of this name out of a package, so the template's has another. */
const renamed: ReadonlyMap<string, string> = new Map([["_gitignore", ".gitignore"]]);

/** A package that stands alone. */
export async function standaloneFiles(filling: Filling): Promise<NewFiles> {
  const files = new Map(await readTemplate("package", filling));
  const manifest = files.get("package.json") ?? "";
  files.set("package.json", await withRanges(describe(manifest, filling)));
  return files;
}

/** What the repository keeps once for all its packages. */
const keptByRepository = /^(?:LICENSE|\.gitignore|tsconfig\.build\.json|\.changeset\/.*)$/;

/** A package of this project's repository: the same sources, and the manifest that its checks ask for. */
export async function repositoryFiles(filling: Filling): Promise<NewFiles> {
  const files = new Map(await readTemplate("package", filling));
  for (const path of files.keys()) if (keptByRepository.test(path)) files.delete(path);
  for (const [path, text] of await readTemplate("repository", filling)) files.set(path, text);
  files.set("package.json", describe(files.get("package.json") ?? "", filling));
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
      return [renamed.get(path) ?? path, fillIn(text, filling)];
    }),
  );
}

/** A description may hold quotes, which a manifest escapes. */
function describe(manifest: string, { description }: Filling): string {
  return manifest.replace(
    `"description": "${description}"`,
    () => `"description": ${JSON.stringify(description)}`,
  );
}

/** In place of each `workspace:^`, the range that the registry knows. */
async function withRanges(manifest: string): Promise<string> {
  let filled = manifest;
  for (const [entry, name] of manifest.matchAll(/"([^"]+)": "workspace:\^"/g)) {
    filled = filled.replace(entry, `"${name}": "${await rangeOf(name ?? "")}"`);
  }
  return filled;
}
