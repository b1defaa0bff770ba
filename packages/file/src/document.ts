import { randomBytes } from "node:crypto";
import {
  type SecretData,
  type SecretDescriptionData,
  SecretError,
  type SecretTags,
  type SecretValue,
  type SecretVersionData,
  type WriteContext,
} from "@llm-orchestrator/secrets-core";

/** One version of a secret. */
export interface StoredVersion {
  /**
   * The revision that made it and a random part, `"12-hZ3kQ0xW"`: an older copy of the file that is put
   * back counts on from where it was, and so does a new one. Files of old have the number alone.
   */
  readonly id: string;
  readonly value: SecretValue;
  /** How long the value is. */
  readonly bytes: number;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly deletedAt?: string | undefined;
}

export interface StoredSecret {
  /** Oldest first; never empty. */
  readonly versions: readonly StoredVersion[];
  /** Of the first version, which may be gone. */
  readonly createdAt: string;
  readonly description?: string | undefined;
  readonly tags: SecretTags;
  readonly rotationPeriodDays?: number | undefined;
  readonly lastRotatedAt?: string | undefined;
}

/** Of all values together; files of twice the size can be read. */
export const largestDocumentBytes = 2 ** 30;

/** What the file holds, decrypted. Never changed: a write makes the next one. */
export interface SecretDocument {
  /** How many versions were ever made in this file. */
  readonly revision: number;
  readonly secrets: ReadonlyMap<string, StoredSecret>;
}

export const emptyDocument: SecretDocument = Object.freeze({ revision: 0, secrets: new Map() });

/** What a write adds beside its value. */
export interface Addition
  extends Pick<WriteContext, "description" | "tags" | "rotationPeriodDays" | "expectedVersion"> {
  readonly value: SecretValue;
  readonly createdAt: string;
  readonly isRotation: boolean;
  readonly maxVersions: number;
}

const millisecondsPerDay = 86_400_000;

export function newest({ versions }: StoredSecret): StoredVersion {
  return versions.at(-1) as StoredVersion;
}

/**
 * @throws SecretError `CONFLICT` when another version is current than was expected, `INVALID_SECRET`
 * (`too-large`) when there is no room for it in the file.
 */
export function append(
  document: SecretDocument,
  key: string,
  addition: Addition,
): { readonly document: SecretDocument; readonly secret: StoredSecret } {
  const before = document.secrets.get(key);
  checkExpected(key, before, addition.expectedVersion);
  const { value, createdAt, isRotation, maxVersions } = addition;
  const revision = document.revision + 1;
  const id = `${revision}-${randomBytes(6).toString("base64url")}`;
  const version = { id, value, createdAt, bytes: lengthOf(value) };
  const secret: StoredSecret = {
    versions: [...(before?.versions ?? []), version].slice(-maxVersions),
    createdAt: before?.createdAt ?? createdAt,
    description: addition.description ?? before?.description,
    tags: addition.tags ?? before?.tags ?? {},
    rotationPeriodDays: addition.rotationPeriodDays ?? before?.rotationPeriodDays,
    lastRotatedAt: isRotation ? createdAt : before?.lastRotatedAt,
  };
  const after = { ...withSecret(document, key, secret), revision };
  checkSize(key, after);
  return { secret, document: after };
}

function lengthOf(value: SecretValue): number {
  const copy = value.exposeBytes();
  copy.fill(0);
  return copy.length;
}

function checkSize(key: string, { secrets }: SecretDocument): void {
  let total = 0;
  for (const { versions } of secrets.values()) for (const { bytes } of versions) total += bytes;
  if (total <= largestDocumentBytes) return;
  throw new SecretError("INVALID_SECRET", {
    ...{ key, reason: "too-large" },
    detail: `with it the file would hold more than ${largestDocumentBytes} bytes of values`,
    fix: "Delete secrets permanently, lower maxVersions, or use a file of its own for some of them",
  });
}

function checkExpected(
  key: string,
  secret: StoredSecret | undefined,
  expected: string | null | undefined,
): void {
  if (expected === undefined) return;
  const current = secret && newest(secret).deletedAt === undefined ? newest(secret).id : null;
  if (expected === current) return;
  throw new SecretError("CONFLICT", {
    key,
    detail: `version ${expected ?? "none"} was expected, ${current ?? "none"} is current`,
  });
}

/** The same document where there is nothing to hide. */
export function hideNewest(document: SecretDocument, key: string, at: string): SecretDocument {
  return mark(document, key, (version) => ({ ...version, deletedAt: version.deletedAt ?? at }));
}

/** @throws SecretError `NOT_FOUND` for an absent key. */
export function showNewest(document: SecretDocument, key: string): SecretDocument {
  if (!document.secrets.has(key)) throw new SecretError("NOT_FOUND", { key, reason: "absent" });
  return mark(document, key, ({ deletedAt: _, ...version }) => version);
}

function mark(
  document: SecretDocument,
  key: string,
  change: (version: StoredVersion) => StoredVersion,
): SecretDocument {
  const secret = document.secrets.get(key);
  if (!secret) return document;
  const changed = change(newest(secret));
  if (changed.deletedAt === newest(secret).deletedAt) return document;
  const versions = [...secret.versions.slice(0, -1), changed];
  return withSecret(document, key, { ...secret, versions });
}

/** Nothing of the secret is left, in whatever state it was. */
export function forget(document: SecretDocument, key: string): SecretDocument {
  if (!document.secrets.has(key)) return document;
  const secrets = new Map(document.secrets);
  secrets.delete(key);
  return { ...document, secrets };
}

function withSecret(document: SecretDocument, key: string, secret: StoredSecret): SecretDocument {
  return { ...document, secrets: new Map(document.secrets).set(key, secret) };
}

/** @throws SecretError `NOT_FOUND` (`deleted`). */
export function toData(key: string, secret: StoredSecret, version: StoredVersion): SecretData {
  const { id, value, createdAt, deletedAt } = version;
  if (deletedAt !== undefined) throw new SecretError("NOT_FOUND", { key, reason: "deleted" });
  const { description, tags } = secret;
  return { value, version: id, createdAt, description, tags };
}

export function toDescription(secret: StoredSecret): SecretDescriptionData {
  const { description, tags, createdAt, rotationPeriodDays, lastRotatedAt } = secret;
  const { id, createdAt: updatedAt, deletedAt } = newest(secret);
  return {
    ...{ description, tags, createdAt, updatedAt, deletedAt, rotationPeriodDays, lastRotatedAt },
    currentVersion: deletedAt === undefined ? id : undefined,
    rotationDueAt: dueAt(lastRotatedAt ?? createdAt, rotationPeriodDays),
  };
}

function dueAt(from: string, days: number | undefined): string | undefined {
  if (days === undefined) return undefined;
  return new Date(Date.parse(from) + days * millisecondsPerDay).toISOString();
}

export function toRows({ versions }: StoredSecret): SecretVersionData[] {
  const current = versions.at(-1);
  return [...versions].reverse().map((version) => ({
    version: version.id,
    createdAt: version.createdAt,
    isCurrent: version === current && version.deletedAt === undefined,
    state: version.deletedAt === undefined ? "live" : "deleted",
  }));
}
