import { SecretError } from "@llm-orchestrator/secrets-core";

/** What a failed read of the file means. A file that is not there says nothing about a key. */
export function fileError(error: { readonly code?: string }): never {
  const { code } = error;
  if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") {
    throw new SecretError("CONFIGURATION", {
      detail: "the path of json-file names no file",
      fix: "Correct the path, or create the file",
      cause: error,
    });
  }
  if (code === "EACCES" || code === "EPERM") {
    throw new SecretError("PERMISSION_DENIED", {
      detail: "the file may not be read by this process",
      fix: "Give its user read permission on the file",
      cause: error,
    });
  }
  throw new SecretError("BACKEND_UNAVAILABLE", {
    detail: "the file cannot be read",
    fix: "Check the file system that it is on, then try again",
    cause: error,
  });
}

/** Says nothing about any key either; a file that is being written in place looks like this. */
export function notAnObject(): SecretError {
  return new SecretError("BACKEND_UNAVAILABLE", {
    reason: "not-json",
    detail: "the file is not a JSON object in UTF-8",
    fix: 'Write { "key": "value" }, by renaming a new file over the old one',
  });
}
