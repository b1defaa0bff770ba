import { SecretError } from "@llm-orchestrator/secrets-core";

/** What a message calls a file, and how to mend it; never the text of a variable. */
export interface FileName {
  /** `the file that OPENAI_API_KEY_FILE names`, `the file "/run/secrets/x"`. */
  readonly what: string;
  /** What to do when there is no such file, or something else has its name. */
  readonly fix: string;
}

/** A source that is there and holds nothing. */
export function emptySource(detail: string): SecretError {
  return new SecretError("NOT_FOUND", {
    reason: "absent",
    detail,
    fix: "Give it a value, or remove it so that the next source is asked",
  });
}

/** `CONFIGURATION` about a file or a folder. */
export function badFile(reason: string, detail: string, fix: string): SecretError {
  return new SecretError("CONFIGURATION", { reason, detail, fix });
}

/** The file system's error as one of ours: absent, denied and broken never blur. */
export function fileError(error: unknown, { what, fix }: FileName): SecretError {
  if (SecretError.isInstance(error)) return error;
  const code = systemCode(error);
  const cause = error;
  if (code === "EACCES" || code === "EPERM") {
    return new SecretError("PERMISSION_DENIED", {
      ...{ reason: "file-access", cause },
      detail: `${what} may not be read by this process`,
      fix: "Give the user that runs this process the right to read it",
    });
  }
  if (code === "ENOENT") return badFile("missing-file", `${what} does not exist`, fix);
  if (pathCodes.has(code)) return badFile("bad-path", `${what} cannot be opened (${code})`, fix);
  return new SecretError("BACKEND_UNAVAILABLE", {
    ...{ reason: "file-system", cause },
    detail: `${what} could not be read (${code || "unknown fault"})`,
    fix: "Check the disk or the mount, and how many files this process holds open",
  });
}

const pathCodes: ReadonlySet<string> = new Set([
  ...["ENOTDIR", "EISDIR", "ELOOP", "ENAMETOOLONG", "ENXIO", "EINVAL"],
  "ERR_INVALID_ARG_VALUE", // a NUL in the path
]);

/** `"ENOENT"`, or `""`. */
export function systemCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && /^E[A-Z_]+$/.test(code) ? code : "";
}
