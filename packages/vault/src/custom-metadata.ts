import {
  type OperationContext,
  SecretError,
  type WriteContext,
} from "@llm-orchestrator/secrets-core";
import { descriptionField, encodeTag, fromCustomMetadata, rotationPeriodField } from "./kv-data.js";
import { toError } from "./status-map.js";
import type { ApiCall, VaultApi } from "./vault-api.js";
import { bodyOf, record } from "./vault-reply.js";

type Changes = Readonly<Record<string, string | null>>;

/**
 * Changes the custom metadata of one secret. By a patch, so that what somebody else changes at the same
 * time stays; where the token (`patch` is a capability of its own) or an old server cannot, by reading all
 * of it and writing it back.
 */
export class CustomMetadata {
  readonly #api: VaultApi;
  readonly #at: (method: ApiCall["method"], key: string) => ApiCall;
  #patches = true;

  constructor(api: VaultApi, at: (method: ApiCall["method"], key: string) => ApiCall) {
    this.#api = api;
    this.#at = at;
  }

  /**
   * What the options of a put say.
   *
   * @param before What the server told of the metadata with its answer; `undefined`: nothing.
   */
  async put(key: string, context: WriteContext, before: unknown): Promise<void> {
    const { description, tags, rotationPeriodDays } = context;
    const own = {
      ...(description !== undefined && { [descriptionField]: encodeTag(description) }),
      ...(rotationPeriodDays !== undefined && {
        [rotationPeriodField]: String(rotationPeriodDays),
      }),
    };
    if (tags === undefined) {
      if (Object.keys(own).length > 0) await this.change(key, own, context);
      return;
    }
    const known = before === undefined ? await this.#read(key, context) : before;
    const old = Object.keys(fromCustomMetadata(known).tags).map((name) => [name, null]);
    const all = Object.entries(tags).map(([name, value]) => [name, encodeTag(value)]);
    const changes = Object.fromEntries([...old, ...all]) as Changes;
    if (old.length + all.length > 0 || Object.keys(own).length > 0) {
      await this.change(key, { ...changes, ...own }, context);
    }
  }

  /** `null` removes. */
  async change(key: string, changes: Changes, context: OperationContext): Promise<void> {
    if (this.#patches) {
      const json = { custom_metadata: changes };
      const call = { ...this.#at("PATCH", key), json };
      const { reply, meaning } = await this.#api.send(call, context);
      if (!meaning) return;
      // A server that does not know the method knows it nowhere; a policy speaks of this path alone.
      if (reply?.status === 405) this.#patches = false;
      else if (meaning.code !== "PERMISSION_DENIED") throw toError(meaning);
    }
    const before = record(await this.#read(key, context));
    const all = Object.entries({ ...before, ...changes }).filter(([, value]) => value !== null);
    const json = { custom_metadata: Object.fromEntries(all) };
    await this.#api.ask({ ...this.#at("POST", key), json }, context);
  }

  async #read(key: string, context: OperationContext): Promise<unknown> {
    const reply = await this.#api.ask(this.#at("GET", key), context);
    return record(bodyOf(reply).data).custom_metadata;
  }
}

/** The value is there, what belongs to it is not: the caller has to know both. */
export function halfWritten(version: string, cause: unknown): unknown {
  if (!SecretError.isInstance(cause)) return cause;
  const { code, reason, detail, retryable } = cause;
  return new SecretError(code, {
    cause,
    retryable,
    ...(reason !== undefined && { reason }),
    detail: `version ${version} is written, but not its tags and description: ${detail ?? code}`,
    fix: "Grant patch on the metadata path (or read and update), then put again",
  });
}
