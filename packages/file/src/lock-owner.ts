import { createHash, randomBytes } from "node:crypto";
import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";
import { systemCode } from "./file-errors.js";

/**
 * Who takes a lock, once: `scope-pid-began-random`. A name and not a record, so that a file that has it is
 * somebody's from its first moment, whenever its maker is killed.
 */
export type OwnerId = string;

/** As part of a regular expression. */
export const ownerIdPattern = "[0-9a-f]{16}-[0-9]{1,20}-[0-9]{1,20}-[0-9a-f]{16}";
const ownerId = /^(?<scope>[0-9a-f]{16})-(?<pid>[0-9]{1,20})-(?<began>[0-9]{1,20})-[0-9a-f]{16}$/;

/** Whether the owner of a lock still runs; `"unknown"` where this process cannot see it. */
export type OwnerState = "alive" | "dead" | "unknown";

interface ProcessId {
  /** Where the number means something: a boot and a namespace of processes, else the machine. */
  readonly scope: string;
  readonly pid: string;
  /** When the process began, in the kernel's own count; `"0"` where the system does not say. */
  readonly began: string;
}

let here: Promise<ProcessId> | undefined;

/** A name for this process and one lock that it is about to take. */
export async function newOwnerId(): Promise<OwnerId> {
  here ??= describeProcess();
  const { scope, pid, began } = await here;
  return [scope, pid, began, randomBytes(8).toString("hex")].join("-");
}

async function describeProcess(): Promise<ProcessId> {
  const began = (await statusOf("self"))?.began ?? "0";
  const scope = createHash("sha256")
    .update(await readScope())
    .digest("hex")
    .slice(0, 16);
  return { scope, pid: String(process.pid), began };
}

/** Two containers may share a folder and not see each other's processes. */
async function readScope(): Promise<string> {
  try {
    const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8");
    return `${boot.trim()} ${await readlink("/proc/self/ns/pid")}`;
  } catch {
    return `${hostname()} ${process.platform}`;
  }
}

/** @param id What a lock holds, or the name of a file says; a text of anybody's is `"unknown"`. */
export async function stateOf(id: OwnerId): Promise<OwnerState> {
  const owner = ownerId.exec(id)?.groups as ProcessId | undefined;
  here ??= describeProcess();
  const own = await here;
  if (owner?.scope !== own.scope) return "unknown";
  if (!isThere(owner.pid)) return "dead";
  if (owner.began === "0") return "unknown"; // there may be a later process with its number
  const status = await statusOf(owner.pid);
  if (status === undefined) return isThere(owner.pid) ? "unknown" : "dead";
  if (status.began !== owner.began || status.hasEnded) return "dead";
  // A worker that was terminated leaves a lock, too: then only its age tells.
  return owner.pid === own.pid ? "unknown" : "alive";
}

function isThere(pid: string): boolean {
  try {
    return process.kill(Number(pid), 0);
  } catch (error) {
    return systemCode(error) !== "ESRCH"; // EPERM: it runs as somebody else
  }
}

/** From Linux's own record, proc(5): state is field 3, the number of threads 20, the start 22. */
async function statusOf(
  pid: string,
): Promise<{ readonly began: string; readonly hasEnded: boolean } | undefined> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" "); // the name may hold anything
    const isZombie = fields[0] === "Z" || fields[0] === "X";
    // Killed, and not yet waited for by its parent. A thread of it may still be in a system call.
    return { began: fields[19] ?? "", hasEnded: isZombie && Number(fields[17]) <= 1 };
  } catch {
    return undefined;
  }
}
