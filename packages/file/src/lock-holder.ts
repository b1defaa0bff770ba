import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { badFile, fileError, systemCode, unlessAbsent } from "./file-errors.js";
import { type OwnerId, stateOf } from "./lock-owner.js";

/** A lock whose owner cannot be seen is abandoned after so long: no owner goes on past half of it. */
export const abandonedAfterMs = 60_000;
/** The wall clock may be set forward while a lock is held: hardly in the middle of so long a write, too. */
const longestWatchMs = 4_000;
/** Of the time that a call waits. Twice, as the lock for taking away may have been left, too. */
const watchShare = 0.4;

/** What one lock file says. All of it is of one inode: the name may be another lock's a moment later. */
export interface Holder {
  /** What the lock file holds; where no lock of ours is there, anything. */
  readonly id: OwnerId;
  /** When it became the lock, on the wall clock. */
  readonly sinceMs: number;
  /** Differs for every lock that comes to this name. */
  readonly signature: string;
}

// A link is not followed, and a pipe not waited for. Windows has neither flag.
const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Who holds a lock; `undefined` where there is none.
 *
 * @throws SecretError `CONFIGURATION` (`not-a-file`) for a folder or a link in the lock's place.
 */
export async function holderOf(path: string): Promise<Holder | undefined> {
  try {
    const handle = await unlessAbsent(open(path, flags));
    return handle && (await readAndClose(handle, path));
  } catch (error) {
    if (systemCode(error) === "ELOOP" || systemCode(error) === "EISDIR") throw noLock(path);
    throw fileError(error, path);
  }
}

async function readAndClose(handle: FileHandle, path: string): Promise<Holder> {
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw noLock(path);
    const { dev, ino, ctimeMs } = found;
    const id = await handle.readFile("utf8");
    return { id, sinceMs: ctimeMs, signature: [dev, ino, ctimeMs, id].join(":") };
  } finally {
    await handle.close();
  }
}

function noLock(path: string): Error {
  return badFile(
    "not-a-file",
    `${path} is in the place of a lock, and is no regular file`,
    "Find out what put it there, and remove it",
  );
}

/** Watches the locks that one call waits for. */
export class LockWatch {
  readonly #leastMs: number;
  readonly #seen = new Map<string, { readonly signature: string; readonly firstMs: number }>();

  /** @param timeoutMs How long the call waits. */
  constructor(timeoutMs: number) {
    this.#leastMs = Math.min(longestWatchMs, timeoutMs * watchShare);
  }

  /**
   * Whether nobody goes on under this lock any more. Where its owner cannot be seen, it is old by the wall
   * clock, and this call has also seen it unchanged for a while by a clock that nobody sets.
   */
  async isAbandoned(path: string, holder: Holder): Promise<boolean> {
    const seenForMs = this.#look(path, holder);
    const state = await stateOf(holder.id);
    if (state !== "unknown") return state === "dead";
    return Date.now() - holder.sinceMs > abandonedAfterMs && seenForMs >= this.#leastMs;
  }

  #look(path: string, { signature }: Holder): number {
    const now = performance.now();
    const seen = this.#seen.get(path);
    if (seen?.signature === signature) return now - seen.firstMs;
    this.#seen.set(path, { signature, firstMs: now });
    return 0;
  }
}
