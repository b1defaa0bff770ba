import { type SecretTags, secretValue } from "@llm-orchestrator/secrets-core";
import type { SecretDocument, StoredSecret, StoredVersion } from "./document.js";
import { badFile, damaged } from "./file-errors.js";

/**
 * One line of JSON with everything but the values, then the values one after the other: as bytes they
 * become no string, and strings of JavaScript stay in heap snapshots.
 */
interface Head {
  readonly format: typeof format;
  readonly formatVersion: number;
  readonly revision: number;
  readonly secrets: readonly SecretHead[];
}

interface SecretHead extends Omit<StoredSecret, "versions"> {
  readonly key: string;
  readonly versions: readonly VersionHead[];
}

/** Its value is so many of the bytes after the line. */
type VersionHead = Omit<StoredVersion, "value">;

const format = "llm-orchestrator.secrets.file";
const formatVersion = 1;
const lineEnd = 0x0a;

/** The plain bytes. The caller overwrites them when they are encrypted. */
export function encodeDocument({ revision, secrets }: SecretDocument): Uint8Array {
  const values: Uint8Array[] = [];
  const heads = [...secrets].map(([key, { versions, ...rest }]): SecretHead => {
    const rows = versions.map(({ value, ...version }) => {
      values.push(value.exposeBytes());
      return version;
    });
    return { key, ...rest, versions: rows };
  });
  const head: Head = { format, formatVersion, revision, secrets: heads };
  const plain = concatenate([new TextEncoder().encode(`${JSON.stringify(head)}\n`), ...values]);
  for (const bytes of values) bytes.fill(0);
  return plain;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/**
 * @throws SecretError `CONFIGURATION` (`foreign-file`, `newer-file`) for what another program or a later
 * version wrote, `UNKNOWN` (`damaged-file`) for what none can have written.
 */
export function decodeDocument(plain: Uint8Array, path: string): SecretDocument {
  const end = plain.indexOf(lineEnd);
  const head = parseHead(plain.subarray(0, Math.max(end, 0)), path);
  try {
    return read(head, plain.subarray(end + 1));
  } catch {
    throw damaged(path, "was decrypted, and what it holds does not fit together");
  }
}

function parseHead(line: Uint8Array, path: string): Head {
  let head: Partial<Head> | null;
  try {
    head = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(line)) as Partial<Head>;
  } catch {
    head = null; // the parser's message quotes the text
  }
  if (head?.format !== format) {
    throw badFile(
      "foreign-file",
      `the file ${path} was decrypted, and is none that FileSecretStore wrote`,
      "Correct the option path; put secrets with putSecret, and not with age itself",
    );
  }
  if (head.formatVersion === formatVersion) return head as Head;
  throw badFile(
    "newer-file",
    `the file ${path} was written by a later version of @llm-orchestrator/secrets-file`,
    "Update the package",
  );
}

function read({ revision, secrets }: Head, values: Uint8Array): SecretDocument {
  if (!Number.isSafeInteger(revision)) throw new TypeError("revision");
  let offset = 0;
  const take = (length: number) => {
    const bytes = values.subarray(offset, offset + length);
    if (bytes.length !== length) throw new RangeError("value");
    offset += length;
    return secretValue(bytes); // a copy
  };
  const entries = secrets.map(({ key, versions, tags, ...rest }) => {
    if (typeof key !== "string" || versions.length === 0) throw new TypeError("secret");
    const rows = versions.map((row) => ({ ...row, value: take(row.bytes) }));
    return [key, { ...rest, tags: { ...(tags as SecretTags) }, versions: rows }] as const;
  });
  if (offset !== values.length) throw new RangeError("length");
  return { revision, secrets: new Map(entries) };
}
