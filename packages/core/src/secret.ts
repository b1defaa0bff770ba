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
}

/** What a backend's `write` returns. */
export type WrittenData = Loose<Omit<Secret, "key" | "value" | "stale" | "store">>;

/** What a backend's `describe` returns. */
export type SecretDescriptionData = Loose<Omit<SecretDescription, "key">>;

/** One row of what a backend's `versions` returns, newest first. */
export type SecretVersionData = Loose<SecretVersion> & Pick<SecretVersion, "version">;

const noLabels: readonly string[] = Object.freeze([]);

/** Boxes and deep-freezes what a backend returned. On the path of every read: no spreads. */
export function toSecret(key: string, data: SecretData, store: string): Secret {
  const { labels, version, createdAt, description, tags } = data;
  const secret: { -readonly [P in keyof Secret]: Secret[P] } = {
    key,
    value: secretValue(data.value),
    labels: labels?.length ? Object.freeze([...labels]) : noLabels,
    stale: false,
    store,
  };
  if (version !== undefined) secret.version = version;
  if (createdAt !== undefined) secret.createdAt = createdAt;
  if (description !== undefined) secret.description = description;
  if (tags !== undefined) secret.tags = toTags(tags);
  return Object.freeze(secret);
}

export function toSecretVersion(data: SecretVersionData): SecretVersion {
  const { version, isCurrent = false, state = "live", labels = [] } = data;
  return Object.freeze({
    version,
    ...(data.createdAt !== undefined && { createdAt: data.createdAt }),
    isCurrent,
    isDeleted: state === "deleted" || state === "destroyed",
    state,
    labels: Object.freeze([...labels]),
  });
}

export function toSecretDescription(key: string, data: SecretDescriptionData): SecretDescription {
  const present = Object.entries(data).filter(([, value]) => value !== undefined);
  return Object.freeze({ ...Object.fromEntries(present), key, tags: toTags(data.tags ?? {}) });
}

const pollutingNames: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** @throws SecretError `CONFIGURATION` for a name that could change a prototype when copied. */
export function checkName(name: string, what: string): void {
  if (!pollutingNames.has(name)) return;
  throw new SecretError("CONFIGURATION", {
    detail: `${what} must not be named ${name}`,
    fix: "Use another name",
  });
}

const noTags: SecretTags = Object.freeze(Object.create(null) as SecretTags);

/** Without a prototype, so that no name of a tag can reach one. */
function toTags(tags: SecretTags): SecretTags {
  for (const _ in tags) {
    return Object.freeze(Object.assign(Object.create(null) as Record<string, string>, tags));
  }
  return noTags;
}
