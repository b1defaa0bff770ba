import {
  type OperationContext,
  type RemoveContext,
  type SecretData,
  type SecretDescriptionData,
  SecretError,
  type SecretValue,
  type SecretVersionData,
  type WriteContext,
  type WrittenData,
} from "@llm-orchestrator/secrets-core";
import type { Reply } from "./connection.js";
import {
  checkTags,
  descriptionField,
  encodeTag,
  fromCustomMetadata,
  lastRotatedField,
  markMap,
  rotationPeriodField,
  toKvData,
  toSecretValue,
} from "./kv-data.js";
import { encodePath } from "./secret-path.js";
import type { ApiCall, VaultApi } from "./vault-api.js";
import { bodyOf, record } from "./vault-reply.js";

const millisecondsPerDay = 86_400_000;

/** The operations of a KV mount of version 2. */
export class Kv2 {
  readonly #api: VaultApi;
  readonly #mount: string;

  constructor(api: VaultApi, mountPath: string) {
    this.#api = api;
    this.#mount = encodePath(mountPath);
  }

  /** One request gives value, version, time and tags. */
  async read(
    key: string,
    context: OperationContext,
    version?: string,
  ): Promise<SecretData | undefined> {
    const query = version === undefined ? "" : `?version=${version}`;
    const reply = await this.#api.find(this.#at("GET", `data/${encodePath(key)}${query}`), context);
    if (!reply) return undefined;
    const { data, metadata } = record(bodyOf(reply).data);
    const about = record(metadata);
    const secret = {
      ...toSecretValue(data),
      ...fromCustomMetadata(about.custom_metadata),
      version: String(about.version),
      createdAt: toIsoTime(about.created_time),
    };
    return markMap(secret, data);
  }

  async write(
    key: string,
    value: SecretValue,
    context: WriteContext & { readonly map?: boolean | undefined },
  ): Promise<WrittenData> {
    const { expectedVersion, changes, map = false, description, tags } = context;
    checkTags(tags, description);
    const data = toKvData(value, changes, map);
    const cas = casOf(expectedVersion);
    const reply = await this.#post(key, data, cas, context).catch(async (error: unknown) => {
      const version = cas === 0 ? await this.#deletedVersion(key, error, context) : undefined;
      if (version === undefined) throw error;
      return this.#post(key, data, version, context); // deleted: there is none, and its number counts
    });
    const { version, created_time: time } = record(bodyOf(reply).data);
    await this.#writeMetadata(key, context);
    return { version: String(version), createdAt: toIsoTime(time), description, tags };
  }

  async remove(key: string, { mode, ...context }: RemoveContext): Promise<void> {
    const kind = mode === "permanent" ? "metadata" : "data";
    await this.#api.find(this.#at("DELETE", `${kind}/${encodePath(key)}`), context);
  }

  async recover(key: string, context: OperationContext): Promise<void> {
    const metadata = await this.metadata(key, context);
    const newest = metadata && rowsOf(metadata)[0];
    if (!newest) throw new SecretError("NOT_FOUND", { key, reason: "absent" });
    if (newest.state === "live") return;
    if (newest.state === "destroyed")
      throw new SecretError("NOT_FOUND", { key, reason: "destroyed" });
    const json = { versions: [Number(newest.version)] };
    await this.#api.ask({ ...this.#at("POST", `undelete/${encodePath(key)}`), json }, context);
  }

  async versions(
    key: string,
    context: OperationContext,
  ): Promise<readonly SecretVersionData[] | undefined> {
    const metadata = await this.metadata(key, context);
    const rows = metadata && rowsOf(metadata);
    return rows?.length ? rows : undefined;
  }

  async describe(
    key: string,
    context: OperationContext,
  ): Promise<SecretDescriptionData | undefined> {
    const metadata = await this.metadata(key, context);
    if (!metadata) return undefined;
    const newest = rowsOf(metadata)[0];
    const custom = record(metadata.custom_metadata);
    const days = Number(custom[rotationPeriodField]);
    const lastRotatedAt = toIsoTime(custom[lastRotatedField]);
    const createdAt = toIsoTime(metadata.created_time);
    const from = lastRotatedAt ?? createdAt;
    const isDeleted = newest?.state === "deleted" || newest?.state === "destroyed";
    return {
      ...fromCustomMetadata(custom),
      ...{ createdAt, updatedAt: toIsoTime(metadata.updated_time), lastRotatedAt },
      ...(newest && !isDeleted && { currentVersion: newest.version }),
      ...(newest?.deletedAt !== undefined && { deletedAt: newest.deletedAt }),
      ...(days > 0 && { rotationPeriodDays: days }),
      ...(days > 0 &&
        from !== undefined && {
          rotationDueAt: new Date(Date.parse(from) + days * millisecondsPerDay).toISOString(),
        }),
    };
  }

  /** Names directly below a folder; folders end in `/`. */
  async names(folder: string, context: OperationContext): Promise<readonly string[]> {
    const path = folder === "" ? "metadata" : `metadata/${encodePath(folder.replace(/\/$/, ""))}`;
    const reply = await this.#api.find(this.#at("LIST", path), context);
    const { keys } = record(reply && bodyOf(reply).data);
    return Array.isArray(keys) ? keys.filter((name) => typeof name === "string") : [];
  }

  async noteRotation(key: string, at: string, context: OperationContext): Promise<void> {
    await this.#changeMetadata(key, { [lastRotatedField]: at }, undefined, context);
  }

  async metadata(
    key: string,
    context: OperationContext,
  ): Promise<Readonly<Record<string, unknown>> | undefined> {
    const reply = await this.#api.find(this.#at("GET", `metadata/${encodePath(key)}`), context);
    return reply && record(bodyOf(reply).data);
  }

  #at(method: ApiCall["method"], path: string): ApiCall {
    return { method, path: `${this.#mount}/${path}`, below: this.#mount };
  }

  /** Not repeated when it may have been carried out, unless a version guards it. */
  #post(
    key: string,
    data: object,
    cas: number | undefined,
    context: OperationContext,
  ): Promise<Reply> {
    const json = cas === undefined ? { data } : { data, options: { cas } };
    const call = this.#at("POST", `data/${encodePath(key)}`);
    return this.#api.ask({ ...call, json, isRepeatable: false }, context);
  }

  /** The number of the newest version, if that is deleted and the write failed because of it. */
  async #deletedVersion(
    key: string,
    error: unknown,
    context: OperationContext,
  ): Promise<number | undefined> {
    if (!SecretError.isInstance(error) || error.code !== "CONFLICT") return undefined;
    const metadata = await this.metadata(key, context);
    const newest = metadata && rowsOf(metadata)[0];
    return newest && newest.state !== "live" ? Number(newest.version) : undefined;
  }

  async #writeMetadata(key: string, context: WriteContext): Promise<void> {
    const { description, tags, rotationPeriodDays } = context;
    const own = {
      ...(description !== undefined && { [descriptionField]: encodeTag(description) }),
      ...(rotationPeriodDays !== undefined && {
        [rotationPeriodField]: String(rotationPeriodDays),
      }),
    };
    if (Object.keys(own).length === 0 && tags === undefined) return;
    await this.#changeMetadata(key, own, tags, context);
  }

  /** Replaces what is given and keeps the rest: the server replaces all of it at once. */
  async #changeMetadata(
    key: string,
    own: Readonly<Record<string, string>>,
    tags: Readonly<Record<string, string>> | undefined,
    context: OperationContext,
  ): Promise<void> {
    const metadata = await this.metadata(key, context);
    const before = record(metadata?.custom_metadata);
    const { tags: oldTags } = fromCustomMetadata(before);
    const kept = Object.entries(before).filter(([name]) => !Object.hasOwn(oldTags, name));
    const all = Object.entries(tags ?? oldTags).map(([name, value]) => [name, encodeTag(value)]);
    const custom = { ...Object.fromEntries([...kept, ...all]), ...own };
    const call = this.#at("POST", `metadata/${encodePath(key)}`);
    await this.#api.ask({ ...call, json: { custom_metadata: custom } }, context);
  }
}

/** `undefined`: not asked for; 0: must not exist. */
function casOf(expectedVersion: string | null | undefined): number | undefined {
  if (expectedVersion === undefined) return undefined;
  if (expectedVersion === null) return 0;
  if (/^[1-9]\d{0,14}$/.test(expectedVersion)) return Number(expectedVersion);
  throw new SecretError("CONFLICT", { detail: "no version of Vault has such an id" });
}

type Row = SecretVersionData & { readonly deletedAt: string | undefined };

/** Newest first, by number: as texts "10" comes before "9". */
function rowsOf({ versions, current_version: current }: Readonly<Record<string, unknown>>): Row[] {
  const now = Date.now();
  return Object.entries(record(versions))
    .sort(([one], [other]) => Number(other) - Number(one))
    .map(([version, about]) => {
      const { created_time: time, deletion_time: deletion, destroyed } = record(about);
      const deletedAt = toIsoTime(deletion);
      // A deletion in the future is a date on a live version.
      const isDeleted = deletedAt !== undefined && Date.parse(deletedAt) <= now;
      const state = destroyed === true ? "destroyed" : isDeleted ? "deleted" : "live";
      const isCurrent = Number(version) === current && state === "live";
      return { version, createdAt: toIsoTime(time), isCurrent, state, deletedAt };
    });
}

/** Vault's times have nine decimals; an empty one is none. */
function toIsoTime(time: unknown): string | undefined {
  if (typeof time !== "string" || time === "") return undefined;
  const parsed = Date.parse(time);
  return Number.isNaN(parsed) ? undefined : new Date(parsed).toISOString();
}
