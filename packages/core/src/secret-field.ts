import { throwIfAborted } from "./abort.js";
import { hasFields, readField, replaceField } from "./json-field.js";
import type { SecretData, WrittenData } from "./secret.js";
import { SecretError } from "./secret-error.js";
import type { PutSecretOptions } from "./secret-store.js";
import { isText, type SecretInput, type SecretValue, secretValue } from "./secret-value.js";

/** What fields are picked from. */
export function fieldsOf({ fields, value }: SecretData): SecretInput {
  return fields ?? value;
}

/** @throws SecretError `INVALID_SECRET` (`missing-field`, `not-an-object`, `empty`). */
export function getField(value: SecretInput, field: string): SecretValue {
  const found = readField(secretValue(value).expose(), field);
  if (found !== undefined) return secretValue(found);
  throw new SecretError("INVALID_SECRET", {
    reason: "missing-field",
    detail: "the secret has no such field",
    fix: "Check the name passed as field against the fields of the stored object",
  });
}

/** The whole secret with one field changed; a new object when there was no secret. */
export function setField(
  whole: SecretInput | undefined,
  field: string,
  value: SecretValue,
): SecretValue {
  const text = whole === undefined ? "{}" : secretValue(whole).expose();
  return secretValue(replaceField(text, field, value.expose()));
}

/** @throws SecretError `INVALID_SECRET` (`field-required`) when the secret is an object of fields. */
export function checkSingleValue(value: SecretValue): void {
  if (!isText(value) || !hasFields(value.expose())) return;
  throw new SecretError("INVALID_SECRET", {
    reason: "field-required",
    detail: "the secret is an object of fields, and no field was named",
    fix: "Name the one to rotate: rotateSecret(key, { field })",
  });
}

/** How often a put of one field starts again because another writer came first. */
const mergeAttempts = 50;

export interface FieldStore {
  read(): Promise<SecretData | undefined>;
  write(
    whole: SecretValue,
    expectedVersion: string | null,
    changes: SecretData | undefined,
  ): Promise<WrittenData>;
}

/**
 * Reads the whole secret, sets one field and writes it back unless somebody else wrote meanwhile:
 * then it starts again, since a merge is as right on the newer secret. With an `expectedVersion`
 * of the caller's it does not: what was read must be that very version.
 */
export async function putField(
  field: string,
  value: SecretValue,
  { expectedVersion, signal }: Pick<PutSecretOptions, "expectedVersion" | "signal">,
  store: FieldStore,
): Promise<WrittenData> {
  for (let attempt = 1; ; attempt++) {
    throwIfAborted(signal);
    const current = await store.read().catch(absentIfNotFound);
    throwIfAborted(signal);
    const version = current === undefined ? null : requireVersion(current);
    if (expectedVersion !== undefined && expectedVersion !== version) {
      throw new SecretError("CONFLICT", { detail: `version ${version ?? "none"} is current` });
    }
    try {
      const whole = setField(current && fieldsOf(current), field, value);
      return await store.write(whole, version, current);
    } catch (error) {
      const lostRace = SecretError.isInstance(error) && error.code === "CONFLICT";
      if (!lostRace || expectedVersion !== undefined || attempt >= mergeAttempts) throw error;
    }
  }
}

/** @throws SecretError `UNKNOWN` for a backend whose read says no version to compare with. */
export function requireVersion({ version }: SecretData): string {
  if (version !== undefined) return version;
  throw new SecretError("UNKNOWN", {
    detail: "the backend returned the current secret without its version",
    fix: "Its read must return version, since it declares compareAndSet",
  });
}

function absentIfNotFound(error: unknown): undefined {
  if (SecretError.isInstance(error) && error.code === "NOT_FOUND") return undefined;
  throw error;
}
