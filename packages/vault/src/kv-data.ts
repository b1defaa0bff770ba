import {
  type SecretData,
  SecretError,
  type SecretTags,
  type SecretValue,
} from "@llm-orchestrator/secrets-core";
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
 */
export function toSecretValue(data: unknown): Pick<SecretData, "value" | "fields"> {
  const map = record(data);
  const names = Object.keys(map);
  const { value } = map;
  if (map[mark] === "base64" && typeof value === "string" && names.length === 2) {
    return { value: new Uint8Array(Buffer.from(value, "base64")) };
  }
  if (typeof value !== "string") return { value: JSON.stringify(map) };
  return names.length === 1 ? { value } : { value, fields: JSON.stringify(map) };
}

/**
 * What is stored for a value. `changes` is the entry of which one field was changed: a map stays a
 * map.
 */
export function toKvData(
  value: SecretValue,
  changes: SecretData | undefined,
  asMap: boolean,
): object {
  const wasMap = changes !== undefined && isMap(changes);
  if (asMap || wasMap) return record(value.exposeJson());
  const text = exposeText(value);
  return text === undefined
    ? { value: Buffer.from(value.exposeBytes()).toString("base64"), [mark]: "base64" }
    : { value: text };
}

const maps = new WeakSet<SecretData>();

/** Remembers of what was read that it was a map. */
export function markMap<Data extends SecretData>(data: Data, kv: unknown): Data {
  const map = record(kv);
  if (typeof map.value !== "string" || Object.keys(map).length > 1) maps.add(data);
  return data;
}

function isMap(data: SecretData): boolean {
  return maps.has(data);
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

/** As Go's unicode.IsPrint has it. */
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
      size(name) > 128 || size(encodeTag(value)) > 512 || !printable.test(encodeTag(value)),
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
