import type { BigIntStats } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { badFile, fileError, missingFolder, unlessAbsent } from "./file-errors.js";
import { targetOf } from "./secret-target.js";

/** What one look at the file says; equal texts mean that the file was not replaced. */
export function signatureOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(":");
}

/**
 * The file as it is, `undefined` where there is none.
 *
 * @throws SecretError `CONFIGURATION` (`missing-folder`, `dangling-link`, `not-a-file`), or what the file
 * system says.
 */
export async function lookAt(path: string): Promise<BigIntStats | undefined> {
  try {
    const found = await unlessAbsent(stat(path, { bigint: true }));
    if (!found) await checkFolder(path);
    else if (!found.isFile()) {
      throw badFile("not-a-file", `${path} is no regular file`, "Correct the option path");
    }
    return found;
  } catch (error) {
    throw fileError(error, path);
  }
}

async function checkFolder(path: string): Promise<void> {
  const folder = await unlessAbsent(stat(dirname(await targetOf(path))));
  if (!folder?.isDirectory()) throw missingFolder(path);
}

const othersWrite = 0o022n;
const othersRead = 0o044n;
/** Of all users: a group may be one of a single user, whose every folder is 775 with a umask of 002. */
const writeAndSearch = 0o003n;
/** In a folder that has it, only the owner of a file can put another one in its place. */
const sticky = 0o1000n;

/** Windows has no such bits. */
const hasModes = process.platform !== "win32";

/**
 * Age does not say who encrypted: whoever can write the file, and knows the recipient, can put secrets.
 *
 * @throws SecretError `CONFIGURATION` (`writable-by-others`).
 */
export function checkMode(found: BigIntStats, path: string): { readonly isReadable: boolean } {
  if (!hasModes) return { isReadable: false };
  if (isOfAnother(found)) throw ofAnother(path);
  if ((found.mode & othersWrite) !== 0n) {
    const fix = "Run chmod 600 on it, once you know that nobody has";
    throw badFile("writable-by-others", `other users may write ${path}`, fix);
  }
  return { isReadable: (found.mode & othersRead) !== 0n };
}

/**
 * Whoever can write a folder can replace the files in it, whatever their own modes: the folder of the path,
 * and the one that a link leads to.
 *
 * @throws SecretError `CONFIGURATION` (`writable-by-others`).
 */
export async function checkFolders(path: string, target: string): Promise<void> {
  if (!hasModes) return;
  for (const folder of new Set([dirname(path), dirname(target)])) {
    const found = await unlessAbsent(stat(folder, { bigint: true }));
    if (!found) continue;
    if (isOfAnother(found)) throw ofAnother(folder);
    if (!isOpenToOthers(found) || (found.mode & sticky) !== 0n) continue;
    throw badFile(
      "writable-by-others",
      `other users may write the folder ${folder}, and so put another file in the place of ${path}`,
      "Run chmod o-w on it, or move the file to a folder of its own, made by mkdir -m 700",
    );
  }
}

/** Names in a folder are changed only by who may write and search it. */
function isOpenToOthers({ mode }: BigIntStats): boolean {
  return (mode & writeAndSearch) === writeAndSearch;
}

/** Root can do all anyway. */
function isOfAnother({ uid }: BigIntStats): boolean {
  const own = process.geteuid?.();
  return own !== undefined && uid !== 0n && uid !== BigInt(own);
}

function ofAnother(path: string): Error {
  return badFile(
    "writable-by-others",
    `${path} belongs to another user, who may write it`,
    "Run as that user, or run chown on it, once you know that nobody has",
  );
}
