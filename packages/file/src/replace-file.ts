import { type FileHandle, open, rename, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { mountedFile, notSynced, systemCode } from "./file-errors.js";

/** What replacing a file needs. */
export interface Replacement {
  readonly bytes: Uint8Array;
  /** In the same folder; nothing has this name. */
  readonly temporaryPath: string;
  /** When the file that is replaced says that it was written, in milliseconds. */
  readonly previousMs: number;
  /** Throws when it must not be replaced after all. Runs last of all. */
  readonly check: () => void;
}

/**
 * Puts a new file in the place of another: at every moment there is the whole old one or the whole new one,
 * also after a crash of the machine. Once it resolves, the new one is on the disk.
 *
 * @throws SecretError `CONFIGURATION` (`mounted-file`), and `BACKEND_UNAVAILABLE` (`not-synced`) when the
 * new file is there, and not known to be on the disk. Any other error: the old one is there.
 */
export async function replaceFile(target: string, replacement: Replacement): Promise<void> {
  const { temporaryPath, bytes, previousMs, check } = replacement;
  try {
    await writeNew(temporaryPath, bytes, previousMs);
    check();
    await putInPlace(temporaryPath, target);
  } catch (error) {
    await unlink(temporaryPath).catch(() => {});
    throw error;
  }
  try {
    await syncFolder(dirname(target));
  } catch (error) {
    throw notSynced(target, error);
  }
}

/** On Windows a file that somebody has open is busy, too. */
async function putInPlace(temporaryPath: string, target: string): Promise<void> {
  try {
    await rename(temporaryPath, target);
  } catch (error) {
    const isBusy = systemCode(error) === "EBUSY" && process.platform !== "win32";
    throw isBusy ? mountedFile(target) : error;
  }
}

async function writeNew(path: string, bytes: Uint8Array, previousMs: number): Promise<void> {
  const handle = await open(path, "wx", 0o600);
  try {
    await handle.writeFile(bytes);
    await setLaterTime(handle, previousMs);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Two writes may fall into one tick of the clock, with files of one size, and the second may get the inode
 * that the first gave up. A reader would take one for the other, but for a time that always grows: by two
 * milliseconds, as the file may keep a microsecond less than it was told.
 */
async function setLaterTime(handle: FileHandle, previousMs: number): Promise<void> {
  const seconds = Math.max(Date.now(), Math.floor(previousMs) + 2) / 1_000;
  await handle.utimes(seconds, seconds);
}

/** The name is on the disk only when the folder is. Windows cannot, and need not. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
