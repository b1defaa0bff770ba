import {
  BaseSecretStore,
  type OperationContext,
  type RemoveContext,
  type SecretData,
  SecretError,
  type SecretValue,
  type SecretVersionData,
  type WriteContext,
  type WrittenData,
} from "@llm-orchestrator/secrets-core";
import { KvClient, type KvClientOptions, type KvRequest } from "./kv-client.ts";

interface VersionRow {
  readonly created_time: string;
  readonly deletion_time: string;
  readonly destroyed: boolean;
}

interface Written {
  readonly data: VersionRow & { readonly version: number };
}

interface Read {
  /** Absent: the server knows nothing of the key. */
  readonly data?: {
    /** `null`: the version was deleted or destroyed. */
    readonly data: { readonly value: string } | null;
    readonly metadata: Written["data"];
  };
}

interface Metadata {
  readonly data: {
    readonly current_version: number;
    readonly versions: Readonly<Record<string, VersionRow>>;
  };
}

/**
 * A small store over KV version 2 of a real server, for tests of what wraps a store. It keeps each
 * secret in the field `value`, retries nothing, and does not hide the server's own consistency.
 */
export class KvStore extends BaseSecretStore {
  readonly #client: KvClient;

  constructor(options: KvClientOptions) {
    super({
      name: "kv",
      capabilities: {
        ...{ write: true, delete: true, restore: true },
        ...{ versions: true, rotate: true, compareAndSet: true },
      },
    });
    this.#client = new KvClient(options);
  }

  protected override async read(key: string, { signal }: OperationContext) {
    return this.#read(key, "", signal);
  }

  protected override async readVersion(key: string, version: string, context: OperationContext) {
    if (!isVersion(version)) return undefined; // to the server that would be a bad request
    return this.#read(key, `?version=${version}`, context.signal);
  }

  protected override async write(
    key: string,
    value: SecretValue,
    { expectedVersion, signal }: WriteContext,
  ): Promise<WrittenData> {
    // The server would take what is no number for no condition at all.
    if (expectedVersion && !isVersion(expectedVersion)) throw new SecretError("CONFLICT", { key });
    const cas = expectedVersion === null ? 0 : Number(expectedVersion);
    const body = {
      data: { value: value.expose() },
      options: expectedVersion === undefined ? {} : { cas },
    };
    const answer = await this.#ask<Written>("POST", "data", key, signal, body);
    const { version, created_time } = answer.body.data;
    return { version: String(version), createdAt: created_time };
  }

  protected override async remove(key: string, { mode, signal }: RemoveContext): Promise<void> {
    await this.#ask("DELETE", mode === "permanent" ? "metadata" : "data", key, signal);
  }

  protected override async recover(key: string, { signal }: OperationContext): Promise<void> {
    const { status, body } = await this.#ask<Metadata>("GET", "metadata", key, signal);
    if (status === 404) throw new SecretError("NOT_FOUND", { key, reason: "absent" });
    const versions = [body.data.current_version];
    await this.#ask("POST", "undelete", key, signal, { versions });
  }

  protected override async versions(
    key: string,
    { signal }: OperationContext,
  ): Promise<readonly SecretVersionData[] | undefined> {
    const { status, body } = await this.#ask<Metadata>("GET", "metadata", key, signal);
    if (status === 404) return undefined;
    const { current_version, versions } = body.data;
    const rows = Object.entries(versions).sort(([one], [other]) => Number(other) - Number(one));
    return rows.map(([version, row]) => ({
      ...{ version, createdAt: row.created_time, state: stateOf(row) },
      isCurrent: Number(version) === current_version && stateOf(row) === "live",
    }));
  }

  protected override async release(): Promise<void> {
    this.#client.close();
  }

  async #read(
    key: string,
    query: string,
    signal: KvRequest["signal"],
  ): Promise<SecretData | undefined> {
    const { body } = await this.#ask<Read>("GET", "data", key, signal, undefined, query);
    if (body.data === undefined) return undefined;
    const { data, metadata } = body.data;
    if (data === null) throw new SecretError("NOT_FOUND", { key, reason: stateOf(metadata) });
    const { version, created_time } = metadata;
    return { value: data.value, version: String(version), createdAt: created_time };
  }

  #ask<Body>(
    method: KvRequest["method"],
    part: "data" | "metadata" | "undelete",
    key: string,
    signal: KvRequest["signal"],
    body?: object,
    query = "",
  ) {
    const path = `secret/${part}/${key.split("/").map(encodeURIComponent).join("/")}${query}`;
    return this.#client.send<Body>({ method, path, signal, ...(body && { body }) });
  }
}

function isVersion(text: string): boolean {
  return /^[1-9]\d{0,8}$/.test(text);
}

function stateOf({ destroyed, deletion_time }: VersionRow): "live" | "deleted" | "destroyed" {
  if (destroyed) return "destroyed";
  return deletion_time === "" ? "live" : "deleted";
}
