import type { AuditOperation } from "./audit.js";
import { type CheckedOption, checkOptions } from "./check-options.js";
import { SecretError } from "./secret-error.js";
import type { OperationOptions, SecretStore, SecretStoreCapabilities } from "./secret-store.js";
import { isVersion } from "./version-syntax.js";

/** The arguments of a call, and what the call needs of its store. */
export interface CheckedCall {
  readonly options: OperationOptions | undefined;
  /** Options that the operation has. Default: only `signal`. */
  readonly takes?: readonly CheckedOption[];
  readonly needs?: Exclude<keyof SecretStoreCapabilities, "maxBatchSize">;
  /** What to do instead where the capability is missing. */
  readonly fix?: string | undefined;
  readonly key?: string;
  readonly keys?: readonly string[];
  readonly version?: string;
}

/** @throws SecretError `CONFIGURATION` or `NOT_SUPPORTED`. Does no I/O. */
export function checkCall(
  operation: AuditOperation,
  call: CheckedCall,
  { name, capabilities }: Pick<SecretStore, "name" | "capabilities">,
): void {
  const { options, needs } = call;
  checkOptions(options, operation, call.takes ?? ["signal"]);
  if (needs && !capabilities[needs]) {
    throw new SecretError("NOT_SUPPORTED", {
      reason: needs,
      detail: `${operation} on ${name}, which does not declare ${needs}`,
      fix: call.fix,
    });
  }
  if ("keys" in call) checkKeys(call.keys);
  if ("version" in call) checkVersion(call.version);
}

function checkKeys(keys: unknown): void {
  if (Array.isArray(keys) && keys.every((key) => typeof key === "string")) return;
  throw badArgument("keys of getSecrets are not an array of strings", "Pass an array of keys");
}

function checkVersion(version: unknown): void {
  if (isVersion(version)) return;
  throw badArgument(
    "the version is no version id",
    'Pass a version id as text ("2"), "current" or "previous"',
  );
}

function badArgument(detail: string, fix: string): SecretError {
  return new SecretError("CONFIGURATION", { reason: "bad-argument", detail, fix });
}
