import { resolve } from "node:path";
import {
  isSecretValue,
  type SecretGenerator,
  type SecretValue,
  secretValue,
} from "@llm-orchestrator/secrets-core";
import type { FileKey } from "./age-cipher.js";
import { badArgument } from "./file-errors.js";

/** Which file, who can open it, and how much of the past it keeps. */
export interface FileSecretStoreOptions {
  /** The file. Its folder must exist; the first write makes the file. Relative to the working folder. */
  readonly path: string;
  /** An identity of age, `AGE-SECRET-KEY-1…`; see `generateIdentity`. This or `passphrase`. */
  readonly identity?: string | SecretValue | undefined;
  /** At least 12 characters. Each new state of the file costs a derivation: an identity does not. */
  readonly passphrase?: string | SecretValue | undefined;
  /**
   * Who else can open what this store writes, such as `["age1…"]`. Beside `identity` only; every process
   * that writes needs the same ones.
   */
  readonly recipients?: readonly string[] | undefined;
  /** Versions that are kept of each secret, the current one included: 2 to 1,000. Default 10. */
  readonly maxVersions?: number | undefined;
  /** Longest wait for another process's write: 1 to 60,000. Default 10,000. */
  readonly lockTimeoutMs?: number | undefined;
  /** The base-2 logarithm of scrypt's cost, for `passphrase`: 10 to 20. Default 18, as age's own. */
  readonly scryptWorkFactor?: number | undefined;
  /** Who answered, in secrets, errors and audit events. Default `"file"`. */
  readonly name?: string | undefined;
  /** Makes new values for `rotateSecret` calls that bring no generator of their own. */
  readonly generate?: SecretGenerator | undefined;
}

type Check = readonly [expected: string, test: (value: unknown) => boolean];

const identitySyntax = /^AGE-SECRET-KEY-(?:PQ-)?1[02-9A-Z]{20,}$/;
const recipientSyntax = /^age1[0-9a-z]{20,}$/;
const shortestPassphrase = 12;

const isWithin = (low: number, high: number) => (value: unknown) =>
  Number.isSafeInteger(value) && (value as number) >= low && (value as number) <= high;
const isPath = (value: unknown) =>
  typeof value === "string" && value !== "" && !value.includes("\0");
const isSecret = (value: unknown) => typeof value === "string" || isSecretValue(value);

const checks: Readonly<Record<keyof FileSecretStoreOptions, Check>> = {
  path: ["the path of a file", isPath],
  identity: ['text that starts with "AGE-SECRET-KEY-1"', isSecret],
  passphrase: ["text of at least 12 characters", isSecret],
  recipients: [
    'an array of texts such as "age1…"',
    (value) => Array.isArray(value) && value.every((each) => recipientSyntax.test(String(each))),
  ],
  maxVersions: ["a whole number from 2 to 1,000", isWithin(2, 1_000)],
  lockTimeoutMs: ["milliseconds from 1 to 60,000", isWithin(1, 60_000)],
  scryptWorkFactor: ["a whole number from 10 to 20", isWithin(10, 20)],
  name: ["text of at least one character", (value) => typeof value === "string" && value !== ""],
  generate: ["a function", (value) => typeof value === "function"],
};

/** The options as the store uses them. */
export interface FileSettings {
  readonly path: string;
  readonly key: FileKey;
  readonly maxVersions: number;
  readonly lockTimeoutMs: number;
}

/** @throws SecretError `CONFIGURATION` that names the option and what it takes; never its text. */
export function checkFileOptions(options: unknown): FileSettings {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw badArgument("the options are not an object", "Pass { path, identity }");
  }
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(checks, name)) throw unknownName("option", name, Object.keys(checks));
    const [expected, test] = checks[name as keyof FileSecretStoreOptions];
    if (value === undefined || test(value)) continue;
    throw badArgument(`the option ${name} is of the wrong kind`, `Pass ${expected}`);
  }
  const given = options as Partial<FileSecretStoreOptions>;
  if (given.path === undefined) {
    throw badArgument("the path is missing", "Pass { path }, or set SECRETS_FILE_PATH");
  }
  const { maxVersions = 10, lockTimeoutMs = 10_000 } = given;
  return { path: resolve(given.path), key: toKey(given), maxVersions, lockTimeoutMs };
}

function toKey(options: Partial<FileSecretStoreOptions>): FileKey {
  const { identity, passphrase, recipients = [], scryptWorkFactor = 18 } = options;
  if ((identity === undefined) === (passphrase === undefined)) {
    throw badArgument(
      identity === undefined ? "nothing says how to open the file" : "two things open the file",
      "Pass either identity or passphrase, or set SECRETS_FILE_IDENTITY or SECRETS_FILE_PASSPHRASE",
    );
  }
  if (identity !== undefined) {
    if (options.scryptWorkFactor === undefined) {
      return { identity: toIdentity(identity), recipients: [...recipients] };
    }
    throw badArgument("scryptWorkFactor is for a passphrase", "Leave it out beside identity");
  }
  if (recipients.length > 0) {
    throw badArgument("recipients are for an identity", "Pass identity in place of passphrase");
  }
  return { passphrase: toPassphrase(passphrase ?? ""), workFactor: scryptWorkFactor };
}

/** Also what age-keygen writes: the identity on a line of its own, under comments. */
function toIdentity(given: string | SecretValue): SecretValue {
  const text = exposed(given);
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const [line = "", ...others] = lines.filter((each) => each !== "" && !each.startsWith("#"));
  if (others.length === 0 && identitySyntax.test(line)) return secretValue(line);
  throw badArgument(
    "the identity is none of age's",
    'Pass one text that starts with "AGE-SECRET-KEY-1"; generateIdentity() makes one',
  );
}

function toPassphrase(given: string | SecretValue): SecretValue {
  const text = exposed(given);
  if (text.length >= shortestPassphrase) return secretValue(text);
  throw badArgument(
    "the passphrase is too short to keep a file that was copied closed",
    `Pass at least ${shortestPassphrase} characters, random ones; better, an identity`,
  );
}

const exposed = (given: string | SecretValue) =>
  typeof given === "string" ? given : given.expose();

/** `CONFIGURATION` for a name that does not exist. It is shown only when it looks like one. */
export function unknownName(
  what: "option" | "parameter",
  name: string,
  known: readonly string[],
): Error {
  const shown = /^\w{1,40}$/.test(name) ? ` "${name}"` : "";
  return badArgument(`file has no ${what}${shown}`, `It takes ${known.join(", ")}`);
}
