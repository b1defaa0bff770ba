import type {
  OperationContext,
  RemoveContext,
  SecretData,
  SecretValue,
  WrittenData,
} from "@llm-orchestrator/secrets-core";
import { markMap, toKvData, toSecretValue } from "./kv-data.js";
import type { KvSettings, KvWriteContext } from "./kv2.js";
import { listFolder, scanFolder } from "./list-folder.js";
import { malformed } from "./malformed.js";
import type { MountGuard } from "./mount-guard.js";
import { encodePath } from "./secret-path.js";
import type { ApiCall, VaultApi } from "./vault-api.js";
import { bodyOf } from "./vault-reply.js";

/** The operations of a KV mount of version 1, which has neither versions nor metadata. */
export class Kv1 {
  readonly #api: VaultApi;
  readonly #mount: string;
  readonly #guard: MountGuard;
  readonly #keepsBinary: boolean;

  constructor(api: VaultApi, { mountPath, keepsBinary }: KvSettings, guard: MountGuard) {
    this.#api = api;
    this.#mount = encodePath(mountPath);
    this.#guard = guard;
    this.#keepsBinary = keepsBinary;
  }

  async read(key: string, context: OperationContext): Promise<SecretData | undefined> {
    const reply = await this.#api.find(this.#at("GET", key), context);
    if (!reply) {
      await this.#guard.check(context); // a mount of version 2 has nothing there either
      return undefined;
    }
    const { data } = bodyOf(reply);
    if (typeof data !== "object" || data === null) throw malformed("a secret");
    return markMap(toSecretValue(data, this.#keepsBinary), data);
  }

  async write(key: string, value: SecretValue, context: KvWriteContext): Promise<WrittenData> {
    const json = toKvData(value, context, this.#keepsBinary);
    await this.#guard.check(context);
    await this.#api.ask({ ...this.#at("POST", key), json }, context);
    return {};
  }

  async remove(key: string, context: RemoveContext): Promise<void> {
    await this.#guard.check(context);
    await this.#api.find(this.#at("DELETE", key), context);
  }

  async names(folder: string, context: OperationContext): Promise<readonly string[]> {
    const names = await listFolder(this.#api, this.#at("LIST", folder), folder, context);
    if (names.length === 0) await this.#guard.check(context);
    return names;
  }

  scan(folder: string, context: OperationContext): Promise<readonly string[] | undefined> {
    return scanFolder(this.#api, this.#at("SCAN", folder), folder, context);
  }

  /** @param path A key, or a folder with or without its `/`. */
  #at(method: ApiCall["method"], path: string): ApiCall {
    const end = path === "" ? "" : `/${encodePath(path.replace(/\/$/, ""))}`;
    return { method, path: this.#mount + end, below: this.#mount };
  }
}
