import { SecretError } from "@llm-orchestrator/secrets-core";
import { isVersionId } from "./secret-reader.js";

/** AWSPENDING is on another version, and that is not old enough to be given up. */
export function inProgress(version: string | undefined): SecretError {
  return new SecretError("CONFLICT", {
    reason: "rotation-in-progress",
    detail: `another rotation is under way${version ? `: ${named(version)} is pending` : ""}`,
    fix:
      "Wait for it, then read the secret again; of one that was interrupted, rotateSecret takes over what " +
      "is pending after resumeAfterMs, or at once with { resumeAfterMs: 0 }",
  });
}

/** AWS rotates nothing while AWSPENDING is on a version that never became current. */
export function stuck(version: string): SecretError {
  return new SecretError("CONFLICT", {
    reason: "rotation-stuck",
    detail: `an earlier rotation ended half-way, and ${named(version)} is still pending`,
    fix:
      "See the log of the rotation function, then call cancelRotation(key), which takes AWSPENDING off, and " +
      "setRotationSchedule; or rotate with generate, which goes on with the pending version",
  });
}

/** Nothing came of it within the time that the caller has. */
export function timedOut(version: string, cause: unknown): SecretError {
  return new SecretError("BACKEND_UNAVAILABLE", {
    ...{ reason: "rotation-timeout", retryable: false, cause },
    detail: `the rotation has been started, but ${named(version)} has not become current in time`,
    fix:
      "It may still go on: getSecretVersions(key) shows it. Wait longer with timeoutMs; of a rotation " +
      "function that fails see the log, and end the rotation with cancelRotation(key)",
  });
}

/** The version that was pending is neither pending nor current any more. */
export function cancelled(version: string): SecretError {
  return new SecretError("CONFLICT", {
    reason: "rotation-cancelled",
    detail: `the rotation was ended by somebody else before ${named(version)} became current`,
    fix: "Read the secret and its versions, and rotate again if that is still wanted",
  });
}

export function noRotation(): SecretError {
  return new SecretError("NOT_SUPPORTED", {
    reason: "no-rotation",
    detail: "AWS has no rotation configured for this secret, or it is turned off",
    fix: "Configure one with setRotationSchedule, or pass generate to rotate it from here",
  });
}

/** What a rotation function does, no option of the caller can do beside it. */
export function notWithManaged(options: readonly string[]): SecretError {
  return new SecretError("NOT_SUPPORTED", {
    reason: "managed-rotation",
    detail: `AWS rotates this secret by itself, which takes no ${options.join(", ")}`,
    fix: 'Leave them out, or rotate from here with generate or { mode: "client" }',
  });
}

export function setFailed(what: string, cause?: unknown): SecretError {
  return new SecretError("INVALID_SECRET", {
    reason: "set-failed",
    detail: `the new value could not be put in force: ${what}`,
    fix: "The old value is still current; correct the function and rotate again",
    retryable: SecretError.isInstance(cause) && cause.retryable,
    cause,
  });
}

/** An argument that fits no other, found before any request. */
export function badRotation(detail: string, fix: string, reason = "bad-argument"): SecretError {
  return new SecretError("CONFIGURATION", { reason, detail, fix });
}

/** What is no id of a version may be anything: it is not quoted. */
function named(version: string): string {
  return isVersionId(version) && /^[\w+=.@:/-]+$/.test(version)
    ? `version ${version}`
    : "a version";
}
