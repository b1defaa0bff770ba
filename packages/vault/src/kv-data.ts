import {
  type SecretData,
  SecretError,
  type SecretTags,
  type SecretValue,
} from "@llm-orchestrator/secrets-core";
import { hasInexactNumber, isText, parseJson, printJson } from "./exact-json.js";
import { record } from "./vault-reply.js";

/** Where this package keeps a description, among the custom metadata. */
export const descriptionField = "description";
export const rotationPeriodField = "rotation_period_days";
export const lastRotatedField = "last_rotated_at";
const own: ReadonlySet<string> = new Set([descriptionField, rotationPeriodField, lastRotatedField]);
const mark = "encoding";

/**
 * A KV entry as a secret. A map that has `value` yields it, whatever else it holds; any other map is
 * its JSON text.
 *
 * @param keepsBinary Whether this store keeps bytes as text beside a mark, and so reads them back.
 */
export function toSecretValue(
  data: unknown,
  keepsBinary: boolean,
): Pick<SecretData, "value" | "fields"> {
  const map = record(data);
  const { value } = map;
  if (!isText(value)) return { value: printJson(map) };
  if (keepsBinary && isMarked(map)) {
    return { value: new Uint8Array(Buffer.from(value, "base64")) };
  }
  return Object.keys(map).length === 1 ? { value } : { value, fields: printJson(map) };
}

/** What is stored for a value. `changes` is what was read of the entry of which one field changes. */
export function toKvData(
  value: SecretValue,
  {
    changes,
    map,
  }: { readonly changes?: SecretData | undefined; readonly map?: boolean | undefined },
  keepsBinary: boolean,
): object {
  if (map || (changes !== undefined && maps.has(changes))) {
    const data = toMap(value);
    if (keepsBinary && isMarked(record(data))) throw looksLikeBytes();
    return data;
  }
  const text = exposeText(value);
  return text === undefined
    ? { value: Buffer.from(value.exposeBytes()).toString("base64"), [mark]: "base64" }
    : { value: text };
}

/** Version 2 keeps numbers as doubles. @throws SecretError `INVALID_SECRET` for one that would change. */
export function checkNumbers(value: SecretValue): void {
  if (!hasInexactNumber(value.expose())) return;
  throw new SecretError("INVALID_SECRET", {
    reason: "inexact-number",
    detail: "the map holds a number with more digits than KV version 2 keeps, or a greater one",
    fix: "Put it in quotes, or put the object as text, without map",
  });
}

/** @throws SecretError `INVALID_SECRET` for a value that is no JSON object. */
function toMap(value: SecretValue): object {
  value.exposeJson(); // says what is wrong with it
  const map = parseJson(value.expose());
  if (typeof map === "object" && map !== null && !Array.isArray(map)) return map;
  throw new SecretError("INVALID_SECRET", {
    reason: "not-an-object",
    detail: "the value is no JSON object, so it cannot be stored as a map",
    fix: "Leave out map, or put a JSON object",
  });
}

/** Entries that were read and are maps: a field put there leaves them one. */
const maps = new WeakSet<SecretData>();

/** Remembers of what was read whether it was a map. */
export function markMap<Data extends SecretData>(data: Data, kv: unknown): Data {
  const { value, ...others } = record(kv);
  if (!isText(value) || Object.keys(others).length > 0) maps.add(data);
  return data;
}

/** Whether it is what bytes are stored as. */
function isMarked(map: Readonly<Record<string, unknown>>): boolean {
  const { value } = map;
  return (
    isText(value) && map[mark] === "base64" && Object.keys(map).length === 2 && isBase64(value)
  );
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
}

function looksLikeBytes(): SecretError {
  return new SecretError("INVALID_SECRET", {
    reason: "wrong-type",
    detail: `a map of value and ${mark} is what binaryEncoding stores bytes as, and would be read as bytes`,
    fix: "Put the bytes themselves, or use a store without binaryEncoding",
  });
}

function exposeText(value: SecretValue): string | undefined {
  try {
    return value.expose();
  } catch {
    return undefined;
  }
}

/** Tags and description of the custom metadata; what this package keeps there for itself is neither. */
export function fromCustomMetadata(custom: unknown): { tags: SecretTags; description?: string } {
  if (custom === null) return { tags: {} };
  const entries = Object.entries(record(custom)).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  const tags = Object.fromEntries(
    entries.filter(([name]) => !own.has(name)).map(([name, value]) => [name, decodeTag(value)]),
  );
  const description = entries.find(([name]) => name === descriptionField)?.[1];
  return { tags, ...(description !== undefined && { description: decodeTag(description) }) };
}

/** Custom metadata holds no empty text: nothing but spaces is stored as one space more. */
export function encodeTag(value: string): string {
  return /^ *$/.test(value) ? `${value} ` : value;
}

function decodeTag(value: string): string {
  return /^ +$/.test(value) ? value.slice(1) : value;
}

/** As Go has it. */
const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]+$/u;

/**
 * What custom metadata can hold: at most 64 names of at most 128 bytes, values of 1 to 512 printable
 * ones. Checked before anything is sent, since value and tags are two requests.
 */
export function checkTags(tags: SecretTags | undefined, description: string | undefined): void {
  const entries = Object.entries(tags ?? {});
  const isTooMany = entries.length + own.size > 64;
  const all = description === undefined ? entries : [...entries, [descriptionField, description]];
  const odd = (all as [string, string][]).find(
    ([name, value]) =>
      size(name) > 128 ||
      size(encodeTag(value)) > 512 ||
      !printable.test(name) ||
      !printable.test(encodeTag(value)),
  );
  const reserved = entries.find(([name]) => own.has(name));
  if (!isTooMany && !odd && !reserved) return;
  throw new SecretError("CONFIGURATION", {
    reason: "bad-argument",
    detail: reserved
      ? `the tag ${reserved[0]} has a meaning of its own here`
      : "the tags or the description are not what Vault's custom metadata holds",
    fix: reserved
      ? "Use another name, or the option of putSecret"
      : "Use at most 61 tags, names of at most 128 bytes, values of at most 512 printable ones",
  });
}

function size(text: string): number {
  return Buffer.byteLength(text);
}
