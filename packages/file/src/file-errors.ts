import { SecretError } from "@llm-orchestrator/secrets-core";

/** `CONFIGURATION` for an option that cannot be used. */
export function badArgument(detail: string, fix: string): SecretError {
  return new SecretError("CONFIGURATION", { reason: "bad-argument", detail, fix });
}

/** `CONFIGURATION` about the file or its folder. */
export function badFile(reason: string, detail: string, fix: string): SecretError {
  return new SecretError("CONFIGURATION", { reason, detail, fix });
}

/** What is there cannot be a file that this store wrote; no retry mends it. */
export function damaged(path: string, what: string, cause?: unknown): SecretError {
  return new SecretError("UNKNOWN", {
    ...{ reason: "damaged-file", cause },
    detail: `the file ${path} ${what}`,
    fix: "Restore it from a copy; a whole file is never half-written by this store",
  });
}

const deniedCodes: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EROFS"]);
const pathCodes: ReadonlySet<string> = new Set([
  ...["ENOTDIR", "EISDIR", "ELOOP", "ENAMETOOLONG", "ENXIO", "EINVAL"],
]);

/** The file system's error as one of ours: absent, denied and broken never blur. */
export function fileError(error: unknown, path: string): SecretError {
  if (SecretError.isInstance(error)) return error;
  const code = systemCode(error);
  if (deniedCodes.has(code)) {
    return new SecretError("PERMISSION_DENIED", {
      ...{ reason: "file-access", cause: error },
      detail: `this process may not use ${path} (${code})`,
      fix: "Give its user read and write on the file, and read, write and search on its folder",
    });
  }
  if (code === "ENOENT") return missingFolder(path);
  if (pathCodes.has(code)) {
    return badFile("bad-path", `${path} cannot be opened (${code})`, "Correct the option path");
  }
  if (code === "") return notFromSystem(error, path);
  return new SecretError("BACKEND_UNAVAILABLE", {
    ...{ reason: "file-system", cause: error },
    detail: `the file system failed on ${path} (${code})`,
    fix: "Check the disk or the mount, its free space, and how many files this process holds open",
  });
}

/** The engine's own error, or a fault of ours. */
function notFromSystem(error: unknown, path: string): SecretError {
  if (isOutOfMemory(error)) return outOfMemory(`reading or writing ${path}`, keepLess, error);
  return new SecretError("UNKNOWN", { reason: "file-system", cause: error });
}

/** No buffer or text of that size: the engine's words, which have no code. */
export function isOutOfMemory(error: unknown): boolean {
  return (
    error instanceof RangeError && /allocation failed|invalid (?:string|array)/i.test(error.message)
  );
}

/** What helps where it is the size of the file. */
export const keepLess = "Give it more, or keep fewer secrets and versions in one file";

/** `BACKEND_UNAVAILABLE`: with fewer calls at once, or more memory, the same may succeed. */
export function outOfMemory(work: string, fix: string, cause: unknown): SecretError {
  return new SecretError("BACKEND_UNAVAILABLE", {
    ...{ reason: "out-of-memory", fix, cause },
    detail: `${work} takes more memory than this process gets`,
  });
}

/** The new file is in its place; a crash of the machine may bring back the old one. */
export function notSynced(path: string, cause: unknown): SecretError {
  const code = systemCode(cause);
  return new SecretError("BACKEND_UNAVAILABLE", {
    ...{ reason: "not-synced", cause, retryable: false },
    detail: `${path} was written, and may be lost again: its folder did not come onto the disk (${code})`,
    fix: "Read the secret to see what holds now; check the disk or the mount before the next write",
  });
}

/** A name that is a mount cannot be given to another file. */
export function mountedFile(path: string): SecretError {
  return badFile(
    "mounted-file",
    `${path} cannot be replaced (EBUSY): it is a mount of its own`,
    "Mount the folder that holds it, and not the file",
  );
}

export function missingFolder(path: string): SecretError {
  const detail = `the folder of ${path} does not exist`;
  return badFile("missing-folder", detail, "Create it, or correct the option path");
}

/** `"ENOENT"`, or `""`. */
export function systemCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && /^E[A-Z0-9]+$/.test(code) ? code : "";
}

/** What the work gives; `undefined` where there was no such file. */
export async function unlessAbsent<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
