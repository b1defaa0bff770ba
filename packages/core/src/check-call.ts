import type { AuditOperation } from "./audit.js";
import { badArgument, type CheckedOption, type TakenOptions } from "./check-options.js";
import { SecretError } from "./secret-error.js";
import type { SecretStore, SecretStoreCapabilities } from "./secret-store.js";
import { isVersion } from "./version-syntax.js";

type Capability = Exclude<keyof SecretStoreCapabilities, "maxBatchSize">;

/** The arguments of a call, and what the call needs of its store. */
export interface CheckedCall<Options = object> {
  /** Options that the operation has. Default: only `signal`. */
  readonly takes?: readonly CheckedOption[];
  readonly needs?: Capability | ((options: Options) => Capability);
  /** What to do instead where the capability is missing. */
  readonly fix?: string | undefined;
  readonly key?: string;
  readonly keys?: readonly string[];
  readonly version?: string;
}

/** @throws SecretError `CONFIGURATION` or `NOT_SUPPORTED`. Does no I/O. */
export function checkCall<Options extends object>(
  operation: AuditOperation,
  call: CheckedCall<Options>,
  { options, fault }: TakenOptions<Options>,
  { name, capabilities }: Pick<SecretStore, "name" | "capabilities">,
): void {
  if (fault) throw fault;
  const needs = typeof call.needs === "function" ? call.needs(options) : call.needs;
  if (needs && !capabilities[needs]) {
    throw new SecretError("NOT_SUPPORTED", {
      reason: needs,
      detail: `${operation} on ${name}, which does not declare ${needs}`,
      fix: needs === "restore" ? call.fix : undefined,
    });
  }
  if ("keys" in call) checkKeys(call.keys);
  if ("version" in call) checkVersion(call.version);
}

function checkKeys(keys: unknown): void {
  if (Array.isArray(keys) && Array.from(keys).every((key) => typeof key === "string")) return;
  throw badArgument("keys of getSecrets are not an array of strings", "Pass an array of keys");
}

function checkVersion(version: unknown): void {
  if (isVersion(version)) return;
  throw badArgument(
    "the version is no version id",
    'Pass a version id as text ("2"), "current" or "previous"',
  );
}
