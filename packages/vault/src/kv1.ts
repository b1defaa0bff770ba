import type {
  OperationContext,
  RemoveContext,
  SecretData,
  SecretValue,
  WriteContext,
  WrittenData,
} from "@llm-orchestrator/secrets-core";
import { markMap, toKvData, toSecretValue } from "./kv-data.js";
import { encodePath } from "./secret-path.js";
import type { ApiCall, VaultApi } from "./vault-api.js";
import { bodyOf, record } from "./vault-reply.js";

/** The operations of a KV mount of version 1, which has neither versions nor metadata. */
export class Kv1 {
  readonly #api: VaultApi;
  readonly #mount: string;

  constructor(api: VaultApi, mountPath: string) {
    this.#api = api;
    this.#mount = encodePath(mountPath);
  }

  async read(key: string, context: OperationContext): Promise<SecretData | undefined> {
    const reply = await this.#api.find(this.#at("GET", encodePath(key)), context);
    if (!reply) return undefined;
    const { data } = bodyOf(reply);
    return markMap(toSecretValue(data), data);
  }

  async write(
    key: string,
    value: SecretValue,
    context: WriteContext & { readonly map?: boolean | undefined },
  ): Promise<WrittenData> {
    const json = toKvData(value, context.changes, context.map ?? false);
    await this.#api.ask({ ...this.#at("POST", encodePath(key)), json }, context);
    return {};
  }

  async remove(key: string, context: RemoveContext): Promise<void> {
    await this.#api.find(this.#at("DELETE", encodePath(key)), context);
  }

  async names(folder: string, context: OperationContext): Promise<readonly string[]> {
    const reply = await this.#api.find(
      this.#at("LIST", encodePath(folder.replace(/\/$/, ""))),
      context,
    );
    const { keys } = record(reply && bodyOf(reply).data);
    return Array.isArray(keys) ? keys.filter((name) => typeof name === "string") : [];
  }

  #at(method: ApiCall["method"], path: string): ApiCall {
    return {
      method,
      path: path === "" ? this.#mount : `${this.#mount}/${path}`,
      below: this.#mount,
    };
  }
}
