import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, sep } from "node:path";

/** Every package and private workspace: `{ folder, path, manifest, published }`. */
export function readWorkspaces(root) {
  const paths = [
    ...["packages", "examples"].flatMap((parent) => foldersOf(join(root, parent))),
    ...["bench", "site", "test", "tools"].map((folder) => join(root, folder)),
  ];
  return paths
    .filter((path) => existsSync(join(path, "package.json")))
    .map((path) => ({
      path,
      folder: basename(path),
      published: path.startsWith(join(root, "packages") + sep),
      manifest: JSON.parse(readFileSync(join(path, "package.json"), "utf8")),
    }));
}

/** Paths below `folder` of files that are ours, sorted. */
export function filesOf(folder, extension) {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return ["node_modules", "dist"].includes(entry.name) ? [] : filesOf(path, extension);
    }
    return entry.name.endsWith(extension) ? [path] : [];
  });
  return files.sort();
}

export const isTest = (path) => /\.test\.[cm]?ts$/.test(path) || path.split(sep).includes("test");

function foldersOf(parent) {
  if (!existsSync(parent)) return [];
  return readdirSync(parent, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(parent, entry.name));
}
