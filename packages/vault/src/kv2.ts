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
import { CustomMetadata, halfWritten } from "./custom-metadata.js";
import {
  checkNumbers,
  checkTags,
  fromCustomMetadata,
  lastRotatedField,
  markMap,
  toKvData,
  toSecretValue,
} from "./kv-data.js";
import { type KvMetadata, rowsOf, toDescription, toIsoTime } from "./kv2-rows.js";
import { Kv2Write } from "./kv2-write.js";
import { listFolder, scanFolder } from "./list-folder.js";
import { malformed } from "./malformed.js";
import type { MountGuard } from "./mount-guard.js";
import { encodePath } from "./secret-path.js";
import { serverTimeOf } from "./server-time.js";
import type { ApiCall, VaultApi } from "./vault-api.js";
import { bodyOf, record } from "./vault-reply.js";
import type { VaultSettings } from "./vault-settings.js";

/** What the server says of a secret, and when by its clock. */
interface Known {
  readonly metadata: KvMetadata;
  readonly now: number;
}

/** What either kind of KV needs to know of its store. */
export type KvSettings = Pick<VaultSettings, "mountPath" | "keepsBinary">;

export interface KvWriteContext extends WriteContext {
  /** The value is a JSON object, and is stored as such. */
  readonly map?: boolean | undefined;
  /** The version that is expected was read just now, and was not deleted. */
  readonly wasRead?: boolean | undefined;
}

/** The operations of a KV mount of version 2. */
export class Kv2 {
  readonly #api: VaultApi;
  readonly #mount: string;
  readonly #guard: MountGuard;
  readonly #keepsBinary: boolean;
  readonly #custom: CustomMetadata;

  constructor(api: VaultApi, { mountPath, keepsBinary }: KvSettings, guard: MountGuard) {
    this.#api = api;
    this.#mount = encodePath(mountPath);
    this.#guard = guard;
    this.#keepsBinary = keepsBinary;
    this.#custom = new CustomMetadata(api, (method, key) => this.#at(method, "metadata", key));
  }

  /** One request gives value, version, time and tags. No spreads: see `requestOptions`. */
  async read(
    key: string,
    context: OperationContext,
    wanted?: string,
  ): Promise<SecretData | undefined> {
    const { method, path, below } = this.#at("GET", "data", key);
    const query = wanted === undefined ? "" : `?version=${wanted}`;
    const reply = await this.#api.find({ method, path: path + query, below }, context);
    if (!reply) return this.#nothing(context);
    const { data, metadata } = record(bodyOf(reply).data);
    const about = record(metadata);
    if (typeof data !== "object" || data === null || typeof about.version !== "number") {
      await this.#guard.check(context); // a mount of version 1 may have such a key
      throw malformed("a secret with its version");
    }
    this.#guard.confirm();
    const { value, fields } = toSecretValue(data, this.#keepsBinary);
    const { tags, description } = fromCustomMetadata(about.custom_metadata);
    const version = String(about.version);
    const createdAt = toIsoTime(about.created_time);
    return markMap({ value, fields, tags, description, version, createdAt }, data);
  }

  async write(key: string, value: SecretValue, context: KvWriteContext): Promise<WrittenData> {
    const { expectedVersion, map = false, description, tags } = context;
    checkTags(tags, description);
    const data = toKvData(value, context, this.#keepsBinary);
    if (map) checkNumbers(value);
    const asked = toCas(expectedVersion);
    await this.#guard.check(context);
    const wasRead = context.wasRead || context.changes !== undefined;
    if (typeof expectedVersion === "string" && !wasRead) await this.#checkLive(key, context);
    const { path, below } = this.#at("POST", "data", key);
    const writing = new Kv2Write(this.#api, { path, below }, data, asked, context);
    const { version: number, createdAt, customMetadata } = await writing.run();
    const version = String(number);
    await this.#custom.put(key, context, customMetadata).catch((error: unknown) => {
      throw halfWritten(version, error);
    });
    const known = customMetadata === undefined ? {} : fromCustomMetadata(customMetadata);
    const given = {
      ...(description !== undefined && { description }),
      ...(tags !== undefined && { tags }),
    };
    return { ...known, ...given, version, createdAt: toIsoTime(createdAt) };
  }

  async remove(key: string, { mode, ...context }: RemoveContext): Promise<void> {
    await this.#guard.check(context);
    const kind = mode === "permanent" ? "metadata" : "data";
    await this.#api.find(this.#at("DELETE", kind, key), context);
  }

  async recover(key: string, context: OperationContext): Promise<void> {
    const [newest] = (await this.versions(key, context)) ?? [];
    if (!newest) throw new SecretError("NOT_FOUND", { key, reason: "absent" });
    if (newest.state === "live") return;
    if (newest.state === "destroyed") {
      throw new SecretError("NOT_FOUND", { key, reason: "destroyed" });
    }
    const json = { versions: [Number(newest.version)] };
    await this.#api.ask({ ...this.#at("POST", "undelete", key), json }, context);
  }

  /** For ever; what is gone already is fine. */
  async destroy(key: string, version: string, context: OperationContext): Promise<void> {
    const json = { versions: [Number(version)] };
    await this.#api.ask({ ...this.#at("PUT", "destroy", key), json }, context);
  }

  async versions(
    key: string,
    context: OperationContext,
  ): Promise<readonly SecretVersionData[] | undefined> {
    const known = await this.#metadata(key, context);
    const rows = known && rowsOf(known.metadata, known.now);
    return rows?.length ? rows : undefined;
  }

  async describe(
    key: string,
    context: OperationContext,
  ): Promise<SecretDescriptionData | undefined> {
    const known = await this.#metadata(key, context);
    return known && toDescription(known.metadata, known.now);
  }

  /** Names directly below a folder; folders end in `/`. */
  async names(folder: string, context: OperationContext): Promise<readonly string[]> {
    const names = await listFolder(
      this.#api,
      this.#at("LIST", "metadata", folder),
      folder,
      context,
    );
    if (names.length === 0) await this.#guard.check(context);
    return names;
  }

  /** Every key below a folder, or `undefined` where the server or the token cannot do it at once. */
  scan(folder: string, context: OperationContext): Promise<readonly string[] | undefined> {
    return scanFolder(this.#api, this.#at("SCAN", "metadata", folder), folder, context);
  }

  async noteRotation(key: string, at: string, context: OperationContext): Promise<void> {
    await this.#custom.change(key, { [lastRotatedField]: at }, context);
  }

  async #metadata(key: string, context: OperationContext): Promise<Known | undefined> {
    const reply = await this.#api.find(this.#at("GET", "metadata", key), context);
    if (!reply) return this.#nothing(context);
    const { data } = bodyOf(reply);
    if (typeof record(data).versions === "object") {
      return { metadata: record(data), now: serverTimeOf(reply) };
    }
    throw malformed("the versions of the secret");
  }

  /**
   * The server compares with the newest version, deleted or not; a deleted one is current for nobody.
   * Where the token may not look, what the server compares has to do.
   */
  async #checkLive(key: string, context: OperationContext): Promise<void> {
    const { meaning } = await this.#api.send(this.#at("GET", "data", key), context);
    if (meaning?.code !== "NOT_FOUND" || meaning.reason === "absent") return;
    throw new SecretError("CONFLICT", { detail: `no version is current: ${meaning.detail}` });
  }

  /** Nothing there may mean that nothing there is of this kind. */
  async #nothing(context: OperationContext): Promise<undefined> {
    await this.#guard.check(context);
  }

  /** @param path A key, or a folder with or without its `/`. */
  #at(method: ApiCall["method"], kind: string, path: string): ApiCall {
    const below = this.#mount;
    const end = path === "" ? "" : `/${encodePath(path.replace(/\/$/, ""))}`;
    return { method, path: `${this.#mount}/${kind}${end}`, below };
  }
}

/** `undefined`: not asked for; 0: must not exist. */
function toCas(expectedVersion: string | null | undefined): number | undefined {
  if (expectedVersion === undefined) return undefined;
  if (expectedVersion === null) return 0;
  if (/^[1-9]\d{0,14}$/.test(expectedVersion)) return Number(expectedVersion);
  throw new SecretError("CONFLICT", { detail: "no version of Vault has such an id" });
}
