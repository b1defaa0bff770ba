import { readlink, realpath } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { badFile, fileError, missingFolder, systemCode, unlessAbsent } from "./file-errors.js";

/** As many as Linux follows. */
const mostLinks = 40;

/**
 * The file that a path comes to, whether it exists or not: all who write it meet at one lock. Links are
 * followed also when the last of them names nothing yet.
 *
 * @throws SecretError `CONFIGURATION`: `missing-folder`, or `dangling-link` when it is a link that names
 * a file in a folder that is missing, as that of a disk that is not mounted.
 */
export async function targetOf(path: string): Promise<string> {
  try {
    let current = path;
    for (let links = 0; links <= mostLinks; links++) {
      const found = await unlessAbsent(realpath(current));
      if (found !== undefined) return found;
      const folder = await unlessAbsent(realpath(dirname(current)));
      if (folder === undefined) throw links === 0 ? missingFolder(path) : dangling(path, current);
      const entry = join(folder, basename(current));
      const named = await linkAt(entry);
      if (named === undefined) return entry;
      current = resolve(folder, named);
    }
    throw dangling(path, current);
  } catch (error) {
    throw fileError(error, path);
  }
}

/** What a link says; `undefined` for a file that has come meanwhile, and for nothing. */
async function linkAt(path: string): Promise<string | undefined> {
  try {
    return await unlessAbsent(readlink(path));
  } catch (error) {
    if (systemCode(error) === "EINVAL") return undefined;
    throw error;
  }
}

function dangling(path: string, named: string): Error {
  return badFile(
    "dangling-link",
    `${path} is a link to ${named}, and the folder of that does not exist`,
    "Mount the disk or create the folder, or correct the link",
  );
}
