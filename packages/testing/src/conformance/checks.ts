import {
  isSecretValue,
  type Secret,
  SecretError,
  type SecretErrorCode,
  secretValue,
} from "@llm-orchestrator/secrets-core";
import { describeError, Mismatch, nameOf } from "./failure.js";

/** @throws Mismatch unless the condition holds. */
export function check(condition: unknown, rule: string, came: string): asserts condition {
  if (!condition) throw new Mismatch(rule, came);
}

/** What a rejection must be. */
export interface ExpectedError {
  readonly code: SecretErrorCode | readonly SecretErrorCode[];
  /** Any of these, where the contract names the reason. */
  readonly reason?: string | readonly string[];
}

/** Waits for the call to reject as it should, and hands the error back. */
export async function rejects(
  call: Promise<unknown>,
  expected: SecretErrorCode | ExpectedError,
  what: string,
): Promise<SecretError> {
  const wanted = typeof expected === "string" ? { code: expected } : expected;
  const codes = [wanted.code].flat();
  const rule = `${what} is ${codes.join(" or ")}`;
  let error: unknown;
  try {
    await call;
  } catch (thrown) {
    if (thrown instanceof Mismatch) throw thrown;
    error = thrown;
  }
  check(error !== undefined, rule, "the call resolved");
  checkError(error, wanted, what);
  return error;
}

/** The same for an error that was handed over instead of thrown. */
export function checkError(
  error: unknown,
  expected: SecretErrorCode | ExpectedError,
  what: string,
): asserts error is SecretError {
  const { code, reason } =
    typeof expected === "string" ? { code: expected, reason: undefined } : expected;
  const codes = [code].flat();
  const rule = `${what} is ${codes.join(" or ")}`;
  check(SecretError.isInstance(error), rule, describeError(error));
  check(codes.includes(error.code), rule, describeError(error));
  check(error.message.length > 0, `${rule} with a message`, "an empty message");
  if (reason === undefined) return;
  const reasons: readonly (string | undefined)[] = [reason].flat();
  check(
    reasons.includes(error.reason),
    `${rule} with the reason ${reasons.join(" or ")}`,
    `the reason ${error.reason ?? "left out"}`,
  );
}

/** Waits for a cancelled call to reject with the very reason that its signal has. */
export async function rejectsWithReason(
  call: Promise<unknown>,
  reason: unknown,
  what: string,
): Promise<void> {
  const rule = `${what} rejects with the signal's own reason`;
  try {
    await call;
  } catch (error) {
    if (error instanceof Mismatch) throw error;
    check(error === reason, rule, describeError(error));
    return;
  }
  throw new Mismatch(rule, "the call resolved");
}

const properties: ReadonlySet<string> = new Set([
  ...["key", "value", "version", "createdAt", "description", "tags", "labels", "stale", "store"],
]);

/** Whether a secret is what the contract describes and holds this value. */
export function checkSecret(secret: Secret, key: string, value: string | Uint8Array): void {
  const rule = "a secret is deep-frozen plain data";
  check(typeof secret === "object" && secret !== null, rule, nameOf(secret));
  const extra = Object.keys(secret).filter((name) => !properties.has(name));
  check(extra.length === 0, rule, `a property of its own: ${extra.join(", ")}`);
  check(secret.key === key, "secret.key is the key that was asked for", "another key");
  checkValue(secret, value);
  const { labels, stale, store, version, createdAt, tags, description } = secret;
  check(Array.isArray(labels), `${rule}; labels is an array`, nameOf(labels));
  check(stale === false, `${rule}; stale is false for what the backend answered`, nameOf(stale));
  check(typeof store === "string" && store !== "", `${rule}; store is a name`, nameOf(store));
  checkText(version, "version");
  checkText(description, "description");
  checkTime(createdAt, "createdAt");
  if (tags !== undefined) checkTags(tags);
  checkFrozen(secret, "secret");
}

/** Whether the box holds this value and nothing else. */
export function checkValue(secret: Pick<Secret, "value">, expected: string | Uint8Array): void {
  const { value } = secret;
  check(isSecretValue(value), "secret.value is a SecretValue", nameOf(value));
  const bytes = value.exposeBytes();
  const wanted = secretValue(expected);
  check(
    value.equals(wanted),
    "the value comes back exactly as it was stored, byte for byte",
    `another value (${bytes.length} bytes in place of ${wanted.exposeBytes().length})`,
  );
  if (typeof expected !== "string") return;
  check(value.expose() === expected, "expose() gives the text that was stored", "another text");
}

/** Whether everything that the data holds is frozen. */
export function checkFrozen(subject: unknown, path: string): void {
  if (typeof subject !== "object" || subject === null) return;
  check(Object.isFrozen(subject), "what a store returns is deep-frozen", `${path} is not frozen`);
  if (isSecretValue(subject)) return;
  for (const [name, part] of Object.entries(subject)) checkFrozen(part, `${path}.${name}`);
}

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** Whether a time is left out or ISO 8601 text. */
export function checkTime(time: unknown, name: string): void {
  if (time === undefined) return;
  const valid = typeof time === "string" && isoTime.test(time) && !Number.isNaN(Date.parse(time));
  check(valid, `${name} is ISO 8601 text, or left out`, nameOf(time));
}

/** Whether tags are a record of strings. */
export function checkTags(tags: unknown): void {
  const valid =
    typeof tags === "object" &&
    tags !== null &&
    Object.values(tags).every((tag) => typeof tag === "string");
  check(valid, "tags are an object of strings", nameOf(tags));
}

/** Whether the tags are exactly these. */
export function checkSameTags(
  tags: Readonly<Record<string, string>>,
  expected: Readonly<Record<string, string>>,
): void {
  checkTags(tags);
  const shown = (record: object) => JSON.stringify(Object.entries(record).sort());
  check(
    shown(tags) === shown(expected),
    `the tags are ${shown(expected)}`,
    `they are ${shown(tags)}`,
  );
}

function checkText(text: unknown, name: string): void {
  const valid = text === undefined || (typeof text === "string" && text !== "");
  check(valid, `${name} is a string, or left out`, nameOf(text));
}
