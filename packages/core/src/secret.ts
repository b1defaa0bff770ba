import { SecretError } from "./secret-error.js";
import { type SecretInput, type SecretValue, secretValue } from "./secret-value.js";

export type SecretTags = Readonly<Record<string, string>>;

/** A secret as read or written. Deep-frozen plain data; only `value` holds the secret itself. */
export interface Secret {
  readonly key: string;
  readonly value: SecretValue;
  /** The backend's own version id; absent where it has none. */
  readonly version?: string;
  /** When this version was made, ISO 8601. */
  readonly createdAt?: string;
  readonly description?: string;
  /** Absent where the backend does not return them with the value: see `describeSecret`. */
  readonly tags?: SecretTags;
  /** The backend's stages of this version, such as `"AWSCURRENT"`. */
  readonly labels: readonly string[];
  /** Served past its time because the backend could not be asked. */
  readonly stale: boolean;
  /** Name of the store that answered. */
  readonly store: string;
}

/** One version of a secret, without its value. */
export interface SecretVersion {
  readonly version: string;
  /** ISO 8601. */
  readonly createdAt?: string;
  readonly isCurrent: boolean;
  /** Its value cannot be read: deleted or destroyed. */
  readonly isDeleted: boolean;
  readonly state: SecretVersionState;
  readonly labels: readonly string[];
}

export type SecretVersionState = "live" | "deleted" | "destroyed" | "deprecated";

/** Everything about a secret but its value. Times are ISO 8601. */
export interface SecretDescription {
  readonly key: string;
  readonly description?: string;
  readonly tags: SecretTags;
  readonly currentVersion?: string;
  readonly createdAt?: string;
  readonly updatedAt?: string;
  readonly rotationPeriodDays?: number;
  readonly lastRotatedAt?: string;
  readonly rotationDueAt?: string;
  /** When it was deleted, or will be. */
  readonly deletedAt?: string;
  /** The service rotates it by itself. */
  readonly managedRotation?: boolean;
}

type Loose<T> = { readonly [P in keyof T]?: T[P] | undefined };

/** What a backend's `read` returns: plain data that `BaseSecretStore` boxes and freezes. */
export interface SecretData extends Loose<Omit<Secret, "key" | "value" | "stale" | "store">> {
  readonly value: SecretInput;
  /** The JSON object that `field` picks from, where that is not the value but holds it. */
  readonly fields?: SecretInput | undefined;
  /** Who answered, where that is more than the store's name: `"aws(us-west-2)"`. */
  readonly store?: string | undefined;
}

/** What a backend's `write` returns. */
export type WrittenData = Loose<Omit<Secret, "key" | "value" | "stale" | "store">>;

/** What a backend's `describe` returns. */
export type SecretDescriptionData = Loose<Omit<SecretDescription, "key">>;

/** One row of what a backend's `versions` returns, newest first. */
export type SecretVersionData = Loose<SecretVersion> & Pick<SecretVersion, "version">;

const noLabels: readonly string[] = Object.freeze([]);

/**
 * Boxes and deep-freezes what a backend returned. On the path of every read: no spreads.
 *
 * @param value Given where it is not the data's own: one field of it.
 */
export function toSecret(
  key: string,
  data: SecretData,
  store: string,
  value?: SecretValue,
): Secret {
  if (typeof data !== "object" || data === null || data.value === undefined) {
    throw malformed("a secret", "{ value, … } or undefined");
  }
  const { labels, version, createdAt, description, tags, store: answeredBy } = data;
  const secret: { -readonly [P in keyof Secret]: Secret[P] } = {
    key,
    value: value ?? secretValue(data.value),
    labels: toLabels(labels),
    stale: false,
    store: answeredBy === undefined ? store : text(answeredBy, "store"),
  };
  if (version !== undefined) secret.version = text(version, "version");
  if (createdAt !== undefined) secret.createdAt = text(createdAt, "createdAt");
  if (description !== undefined) secret.description = text(description, "description");
  if (tags !== undefined) secret.tags = toTags(tags);
  return Object.freeze(secret);
}

export function toSecretVersion(data: SecretVersionData): SecretVersion {
  const { version, createdAt, isCurrent = false, state = "live", labels } = data;
  return Object.freeze({
    version: text(version, "version"),
    ...(createdAt !== undefined && { createdAt: text(createdAt, "createdAt") }),
    isCurrent,
    isDeleted: state === "deleted" || state === "destroyed",
    state,
    labels: toLabels(labels),
  });
}

const describedTexts = [
  ...(["description", "currentVersion", "createdAt", "updatedAt", "lastRotatedAt"] as const),
  ...(["rotationDueAt", "deletedAt"] as const),
];

/** Picks what a description has: a backend may hand over a whole response, value included. */
export function toSecretDescription(key: string, data: SecretDescriptionData): SecretDescription {
  const { rotationPeriodDays, managedRotation, tags = {} } = data;
  const texts = describedTexts.flatMap((name) => {
    const value = data[name];
    return value === undefined ? [] : [[name, text(value, name)] as const];
  });
  return Object.freeze({
    ...Object.fromEntries(texts),
    ...(typeof rotationPeriodDays === "number" && { rotationPeriodDays }),
    ...(typeof managedRotation === "boolean" && { managedRotation }),
    key,
    tags: toTags(tags),
  });
}

function text(value: unknown, name: string): string {
  if (typeof value === "string") return value;
  throw malformed(name, "a string (times in ISO 8601)");
}

function toLabels(labels: readonly string[] | undefined): readonly string[] {
  if (labels === undefined) return noLabels;
  if (!Array.isArray(labels)) throw malformed("labels", "an array of strings");
  return labels.length === 0
    ? noLabels
    : Object.freeze(labels.map((label) => text(label, "labels")));
}

/** A fault of the backend, which the application cannot mend. */
function malformed(name: string, expected: string): SecretError {
  return new SecretError("UNKNOWN", {
    reason: "malformed",
    detail: `the backend returned ${name} of the wrong kind`,
    fix: `Its author has to return ${expected} there`,
  });
}

const noTags: SecretTags = Object.freeze(Object.create(null) as SecretTags);

/** Without a prototype, so that no name of a tag can reach one. */
function toTags(tags: SecretTags): SecretTags {
  const entries = Object.entries(tags);
  if (entries.length === 0) return noTags;
  const copy = Object.create(null) as Record<string, string>;
  for (const [name, value] of entries) copy[name] = text(value, "tags");
  return Object.freeze(copy);
}
