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
      fix: "Give its user read and write on the file, and write on the folder that holds it",
    });
  }
  if (code === "ENOENT") return missingFolder(path);
  if (pathCodes.has(code)) {
    return badFile("bad-path", `${path} cannot be opened (${code})`, "Correct the option path");
  }
  if (code === "") return new SecretError("UNKNOWN", { reason: "file-system", cause: error });
  return new SecretError("BACKEND_UNAVAILABLE", {
    ...{ reason: "file-system", cause: error },
    detail: `the file system failed on ${path} (${code})`,
    fix: "Check the disk or the mount, its free space, and how many files this process holds open",
  });
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
