import { createHash } from "node:crypto";
import { link, unlink, writeFile } from "node:fs/promises";
import {
  pause,
  type SecretAbortSignal,
  SecretError,
  throwIfAborted,
} from "@llm-orchestrator/secrets-core";
import { badFile, fileError, systemCode } from "./file-errors.js";
import { abandonedAfterMs, type Holder, holderOf, LockWatch } from "./lock-holder.js";
import { newOwnerId, type OwnerId } from "./lock-owner.js";

const holdAtMostMs = abandonedAfterMs / 2;
const pollMs = { least: 1, most: 20 };

/** How long a caller waits for a lock. */
export interface LockWait {
  /** For the message; from when it counts is the caller's affair. */
  readonly timeoutMs: number;
  /** When to give up, on the clock of `performance`. */
  readonly endsAt: number;
  readonly signal: SecretAbortSignal | undefined;
}

/** A lock that is held. */
export interface HeldLock {
  /** Whether a process that is gone was found to have held it: it may have left files, too. */
  readonly wasAbandoned: boolean;
  readonly owner: OwnerId;
  /** @throws SecretError `BACKEND_UNAVAILABLE` when it was held too long to be still ours. */
  check(): void;
  release(): Promise<void>;
}

/** Of one file, which need not exist: who holds it is the only one that writes it. */
export const lockPathOf = (target: string) => `${target}.lock`;

/** The lock that has to be held to take away the lock of this owner. */
export const takeoverPathOf = (target: string, id: OwnerId) =>
  `${target}.${createHash("sha256").update(id).digest("hex").slice(0, 32)}.lock`;

export const ownerPathOf = (target: string, id: OwnerId) => `${target}.${id}.owner`;

/**
 * Waits for the lock of a file and takes it. The lock is a hard link to a file that says who holds it:
 * exclusive as O_EXCL is, and never seen half-written, whenever its maker is killed.
 *
 * @throws SecretError `BACKEND_UNAVAILABLE` (`locked`) after the time that `wait` gives.
 */
export async function takeLock(target: string, wait: LockWait): Promise<HeldLock> {
  const owner = await newOwnerId();
  const taking = new Taking(target, owner, wait);
  try {
    await taking.prepare();
    await taking.take(lockPathOf(target));
  } catch (error) {
    throwIfAborted(wait.signal);
    throw fileError(error, target);
  } finally {
    await unlink(ownerPathOf(target, owner)).catch(() => {});
  }
  const heldSince = performance.now();
  const isInTime = () => performance.now() - heldSince <= holdAtMostMs;
  return {
    owner,
    wasAbandoned: taking.wasAbandoned,
    check() {
      if (!isInTime()) throw heldTooLong(target);
    },
    release: () => taking.giveBack(lockPathOf(target), isInTime()),
  };
}

class Taking {
  wasAbandoned = false;
  readonly #target: string;
  readonly #ownerPath: string;
  readonly #id: OwnerId;
  readonly #wait: LockWait;
  readonly #watch: LockWatch;

  constructor(target: string, id: OwnerId, wait: LockWait) {
    this.#target = target;
    this.#ownerPath = ownerPathOf(target, id);
    this.#id = id;
    this.#wait = wait;
    this.#watch = new LockWatch(wait.timeoutMs);
  }

  async prepare(): Promise<void> {
    await writeFile(this.#ownerPath, this.#id, { flag: "wx", mode: 0o600 });
  }

  async take(path: string): Promise<void> {
    for (;;) {
      throwIfAborted(this.#wait.signal);
      if (await this.#link(path)) return;
      const holder = await holderOf(path);
      if (!holder) continue; // given back in between
      if (!(await this.#watch.isAbandoned(path, holder))) await this.#pause(path, holder);
      else await this.#takeAway(path, holder);
    }
  }

  /** @param isSurelyOurs Whether nobody can have taken it away: for a lock that cannot be read now. */
  async giveBack(path: string, isSurelyOurs: boolean): Promise<void> {
    const isOurs = await holderOf(path).then(
      (holder) => holder?.id === this.#id,
      () => isSurelyOurs,
    );
    if (isOurs) await unlink(path).catch(() => {});
  }

  async #link(path: string): Promise<boolean> {
    try {
      await link(this.#ownerPath, path);
      return true;
    } catch (error) {
      if (systemCode(error) === "EEXIST") return false;
      if (linklessCodes.has(systemCode(error))) throw withoutLinks(path);
      if (systemCode(error) !== "ENOENT") throw error;
      await this.prepare(); // swept away as litter: this process stood still for long
      return false;
    }
  }

  /**
   * Two processes may find the same dead holder, and the slower one must not take away the lock of the
   * faster. So who takes a lock away holds another one, that is named for this very holder, and looks
   * again, at all of it: ids that are not ours may come twice. Who died there is found by the same rule.
   */
  async #takeAway(path: string, holder: Holder): Promise<void> {
    const takeover = takeoverPathOf(this.#target, holder.id);
    await this.take(takeover);
    try {
      const now = await holderOf(path);
      const isSame = now?.id === holder.id;
      if (isSame && (await this.#watch.isAbandoned(path, now))) await unlink(path);
      this.wasAbandoned = true;
    } finally {
      await this.giveBack(takeover, false);
    }
  }

  async #pause(path: string, holder: Holder): Promise<void> {
    const leftMs = this.#wait.endsAt - performance.now();
    if (leftMs <= 0) throw locked(path, holder, this.#wait.timeoutMs);
    const { least, most } = pollMs;
    await pause(Math.min(leftMs, least + Math.random() * (most - least)), this.#wait.signal);
  }
}

function locked(path: string, { id }: Holder, timeoutMs: number): SecretError {
  const [, pid] = id.split("-");
  const who = pid && /^\d+$/.test(pid) ? `the process ${pid}` : "another process";
  return new SecretError("BACKEND_UNAVAILABLE", {
    reason: "locked",
    detail: `${who} has held ${path} for longer than ${timeoutMs} ms`,
    fix: "Try again, or raise lockTimeoutMs; if no such process runs, remove that lock file",
  });
}

/** Whether it is about another process's lock, which may be given back at any time. */
export function isLocked(error: unknown): boolean {
  return SecretError.isInstance(error) && error.reason === "locked";
}

/** The folder has just taken a file of ours, so that it is not a right that is missing. */
const linklessCodes: ReadonlySet<string> = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);

function withoutLinks(path: string): SecretError {
  return badFile(
    "no-hard-links",
    `the file system of ${path} has no hard links`,
    "Put the file on a local disk with a file system that has them",
  );
}

function heldTooLong(target: string): SecretError {
  return new SecretError("BACKEND_UNAVAILABLE", {
    reason: "lock-lost",
    detail: `writing ${target} took longer than ${holdAtMostMs} ms, and nothing was written`,
    fix: "Check the disk or the mount, then try again",
  });
}
