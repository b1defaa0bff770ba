import type { BigIntStats } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { badFile, fileError, missingFolder, unlessAbsent } from "./file-errors.js";

/** What one look at the file says; equal texts mean that the file was not replaced. */
export function signatureOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(":");
}

/**
 * The file as it is, `undefined` where there is none.
 *
 * @throws SecretError `CONFIGURATION` (`missing-folder`, `not-a-file`), or what the file system says.
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
  const folder = await unlessAbsent(stat(dirname(path)));
  if (!folder?.isDirectory()) throw missingFolder(path);
}

const othersWrite = 0o022n;
const othersRead = 0o044n;

/** Windows has no such bits. */
const hasModes = process.platform !== "win32";

/** Age does not say who encrypted: whoever can write the file, and knows the recipient, can put secrets. */
export function checkMode({ mode }: BigIntStats, path: string): { readonly isReadable: boolean } {
  if (hasModes && (mode & othersWrite) !== 0n) {
    throw badFile(
      "writable-by-others",
      `other users may write ${path}`,
      "Run chmod 600 on it, once you know that nobody has",
    );
  }
  return { isReadable: hasModes && (mode & othersRead) !== 0n };
}
