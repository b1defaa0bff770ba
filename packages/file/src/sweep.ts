import { readdir, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { unlessAbsent } from "./file-errors.js";
import { abandonedAfterMs } from "./lock-holder.js";
import { type OwnerId, ownerIdPattern, stateOf } from "./lock-owner.js";

const ending = new RegExp(
  `^\\.(?:(?<owner>${ownerIdPattern})\\.(?<kind>tmp|owner)|[0-9a-f]{32}\\.lock)$`,
);

/**
 * Removes what processes that were killed have left beside the file. Only who holds the file's lock may:
 * then no temporary file is anybody's, and a lock for taking away an older lock decides nothing any more.
 */
export async function sweep(target: string): Promise<void> {
  const name = basename(target);
  const folder = dirname(target);
  for (const entry of await readdir(folder)) {
    if (!entry.startsWith(name)) continue;
    const match = ending.exec(entry.slice(name.length));
    if (!match) continue;
    const path = join(folder, entry);
    const { owner = "", kind } = match.groups ?? {};
    if (kind === "owner" && !(await isLeft(path, owner))) continue;
    await unlink(path).catch(() => {});
  }
}

/** Whether who made it is gone, and not about to take the lock. */
async function isLeft(path: string, owner: OwnerId): Promise<boolean> {
  const state = await stateOf(owner);
  if (state !== "unknown") return state === "dead";
  const found = await unlessAbsent(stat(path));
  return found !== undefined && Date.now() - found.ctimeMs > abandonedAfterMs;
}
