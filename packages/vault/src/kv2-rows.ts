import {
  type SecretDescriptionData,
  SecretError,
  type SecretVersionData,
} from "@llm-orchestrator/secrets-core";
import { fromCustomMetadata, lastRotatedField, rotationPeriodField } from "./kv-data.js";
import { record } from "./vault-reply.js";

const usual =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3,9}Z$/;
const millisecondsPerDay = 86_400_000;

/** What the server says of a secret: its versions, dates, tags. */
export type KvMetadata = Readonly<Record<string, unknown>>;

export type Row = SecretVersionData & { readonly deletedAt: string | undefined };

/**
 * Newest first, by number: as texts "10" comes before "9".
 *
 * @param now By the server's clock, which has written the times.
 */
export function rowsOf({ versions, current_version: current }: KvMetadata, now: number): Row[] {
  return Object.entries(record(versions))
    .sort(([one], [other]) => Number(other) - Number(one))
    .map(([version, about]) => {
      const { created_time: time, deletion_time: deletion, destroyed } = record(about);
      const deletedAt = toIsoTime(deletion);
      // A date in the future is one on a live version; a deletion has happened, whatever the clocks say.
      const isDeleted =
        deletedAt !== undefined &&
        (Date.parse(deletedAt) <= now || belowMillisecond(deletion) !== belowMillisecond(time));
      const state = destroyed === true ? "destroyed" : isDeleted ? "deleted" : "live";
      const isCurrent = Number(version) === current && state === "live";
      return { version, createdAt: toIsoTime(time), isCurrent, state, deletedAt };
    });
}

/**
 * The version before the current one, unless it is gone for ever.
 *
 * @throws SecretError `NOT_FOUND`; `CONFLICT` when another version than the expected one is current.
 */
export function previousOf(
  key: string,
  rows: readonly SecretVersionData[] | undefined,
  expectedVersion: string | undefined,
): string | undefined {
  if (rows === undefined) throw new SecretError("NOT_FOUND", { key, reason: "absent" });
  const current = rows.findIndex(({ isCurrent }) => isCurrent);
  if (expectedVersion !== undefined && rows[current]?.version !== expectedVersion) {
    const detail = `version ${rows[current]?.version ?? "none"} is current`;
    throw new SecretError("CONFLICT", { key, detail });
  }
  const previous = rows[Math.max(0, current) + 1];
  return previous?.state === "destroyed" ? undefined : previous?.version;
}

/** @param now By the server's clock. */
export function toDescription(metadata: KvMetadata, now: number): SecretDescriptionData {
  const [newest] = rowsOf(metadata, now);
  const custom = record(metadata.custom_metadata);
  const createdAt = toIsoTime(metadata.created_time);
  const lastRotatedAt = toIsoTime(custom[lastRotatedField]);
  return {
    ...fromCustomMetadata(custom),
    createdAt,
    updatedAt: toIsoTime(metadata.updated_time),
    lastRotatedAt,
    ...(newest?.state === "live" && { currentVersion: newest.version }),
    ...(newest?.deletedAt !== undefined && { deletedAt: newest.deletedAt }),
    ...toSchedule(custom[rotationPeriodField], lastRotatedAt ?? createdAt),
  };
}

/**
 * `deletion_time` is the time of a deletion, or from the start that of the version with
 * `delete_version_after` added. The latter, a time in whole milliseconds, changes nothing below them.
 */
function belowMillisecond(time: unknown): string {
  const [, digits = ""] = /\.\d{3}(\d{0,6})/.exec(String(time)) ?? [];
  return digits.padEnd(6, "0");
}

/** What other tools have written there may be no number of days. */
function toSchedule(
  period: unknown,
  from: string | undefined,
): Pick<SecretDescriptionData, "rotationPeriodDays" | "rotationDueAt"> {
  const days = Number(period);
  if (!Number.isSafeInteger(days) || days <= 0 || days > 36_500) return {};
  if (from === undefined) return { rotationPeriodDays: days };
  const due = new Date(Date.parse(from) + days * millisecondsPerDay);
  return { rotationPeriodDays: days, rotationDueAt: due.toISOString() };
}

/** Vault's times have up to nine decimals; an empty one is none. */
export function toIsoTime(time: unknown): string | undefined {
  if (typeof time !== "string" || time === "") return undefined;
  if (usual.test(time)) return `${time.slice(0, 23)}Z`; // what a `Date` would make of it
  const parsed = Date.parse(time);
  return Number.isNaN(parsed) ? undefined : new Date(parsed).toISOString();
}
