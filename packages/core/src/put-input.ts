import { SecretError } from "./secret-error.js";
import type { PutSecretOptions, SecretStoreCapabilities } from "./secret-store.js";
import { isText, type SecretInput, type SecretValue, secretValue } from "./secret-value.js";

/** What a store can keep. */
export interface ValueLimits {
  readonly capabilities: SecretStoreCapabilities;
  /** In bytes of UTF-8. */
  readonly maxValueBytes: number;
}

/**
 * Boxes a value that is about to be written, and refuses what the store cannot keep.
 *
 * @throws SecretError `INVALID_SECRET` (`empty`, `too-large`, `wrong-type`, `not-text`),
 * `NOT_SUPPORTED` (`binary`).
 */
export function acceptValue(input: SecretInput, limits: ValueLimits): SecretValue {
  const value = secretValue(input);
  const size = value.exposeBytes().length;
  if (size > limits.maxValueBytes) {
    throw new SecretError("INVALID_SECRET", {
      reason: "too-large",
      detail: `the value has ${size} bytes, and the store keeps at most ${limits.maxValueBytes}`,
      fix: "Store a shorter value, or split it over several keys",
    });
  }
  if (!limits.capabilities.binary && typeof input !== "string" && !isText(value)) {
    throw new SecretError("NOT_SUPPORTED", {
      reason: "binary",
      detail: "this store keeps text, and the value is not UTF-8",
      fix: "Encode the bytes as base64, or use a store with the capability binary",
    });
  }
  return value;
}

/** @throws SecretError `NOT_SUPPORTED` for an option whose capability the store lacks. */
export function checkPutOptions(
  options: PutSecretOptions,
  capabilities: SecretStoreCapabilities,
): void {
  const needs = {
    description: "metadata",
    tags: "metadata",
    rotationPeriodDays: "metadata",
    expectedVersion: "compareAndSet",
    field: "compareAndSet",
  } as const;
  for (const [name, capability] of Object.entries(needs)) {
    if (options[name as keyof typeof needs] === undefined || capabilities[capability]) continue;
    throw new SecretError("NOT_SUPPORTED", {
      reason: capability,
      detail: `the option ${name} needs the capability ${capability}`,
      fix: `Leave out ${name}, or use a store that declares ${capability}`,
    });
  }
}
