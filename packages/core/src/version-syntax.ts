/**
 * Characters of version ids and of the stages that services name versions by. Errors and audit
 * events show a version, so that nothing else may pass for one.
 */
const versionSyntax = /^[A-Za-z0-9_+=.@:/-]{1,256}$/;

/** Whether it may be a version. Does no I/O. */
export function isVersion(version: unknown): version is string {
  return typeof version === "string" && versionSyntax.test(version);
}
