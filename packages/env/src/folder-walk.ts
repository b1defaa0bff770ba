import { join, sep } from "node:path";
import { badFile } from "./source-errors.js";

/** One file of a folder of secrets. */
export interface FolderFile {
  /** Below the folder, with `/`. */
  readonly name: string;
  /** Where it really is; `undefined` when a link leads out of the folder. */
  readonly path: string | undefined;
}

/** A folder with more than this was not made for secrets: a listing would walk a whole disk. */
const maxEntries = 10_000;

/** What a key's segment can be, and no dotfile: `..data` is Kubernetes' own. */
const acceptedName = /^[A-Za-z0-9_+=@-][A-Za-z0-9_+=.@-]*$/;

/**
 * The files of a folder and of the folders in it. Links are followed as long as they stay inside,
 * as those of a Kubernetes mount do. `leads` says which names are wanted, so that a look-up does
 * not visit the others.
 *
 * @throws the file system's own errors.
 */
export async function walkFolder(
  folder: string,
  leads: (name: string) => boolean,
): Promise<FolderFile[]> {
  const { readdir, realpath, stat } = await import("node:fs/promises");
  const root = await realpath(folder);
  const files: FolderFile[] = [];
  let entries = 0;

  async function visit(directory: string, above: string, ancestors: readonly string[]) {
    for (const entry of await readdir(directory, { withFileTypes: true })) {
      if (++entries > maxEntries) throw tooMany(folder);
      const name = above + entry.name;
      if (!acceptedName.test(entry.name) || !leads(name)) continue;
      const isLink = entry.isSymbolicLink();
      const found = join(directory, entry.name);
      const path = isLink ? inside(root, await realpath(found)) : found;
      const isDirectory =
        entry.isDirectory() || (isLink && path && (await stat(path)).isDirectory());
      if (!path || !isDirectory) files.push({ name, path });
      else if (!ancestors.includes(path)) await visit(path, `${name}/`, [...ancestors, path]);
    }
  }

  await visit(root, "", [root]);
  return files;
}

function inside(root: string, path: string): string | undefined {
  const base = root.endsWith(sep) ? root : root + sep;
  return path === root || path.startsWith(base) ? path : undefined;
}

function tooMany(folder: string): Error {
  return badFile(
    "too-many-files",
    `the folder ${JSON.stringify(folder)} holds more than ${maxEntries} entries`,
    "Name a folder that holds secrets only in the option folder",
  );
}
