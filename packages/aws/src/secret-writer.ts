import {
  SecretError,
  type SecretValue,
  type WriteContext,
  type WrittenData,
} from "@llm-orchestrator/secrets-core";
import { type AwsApi, isPendingDeletion } from "./aws-api.js";
import type { AwsSettings } from "./aws-settings.js";
import { type Content, toContent } from "./secret-content.js";
import { SecretCreator } from "./secret-creator.js";
import { checkMetadata, halfWritten, type SecretMetadata } from "./secret-metadata.js";
import { isArn } from "./secret-name.js";
import { versionOf } from "./secret-reader.js";
import { ownStages, versionWith } from "./stages.js";
import type { VersionSwap } from "./version-swap.js";

/** Creating and updating may each find that the other is called for. */
const maxTurns = 8;

interface Written {
  readonly data: WrittenData;
  /** Description and tags went along. */
  readonly isNew: boolean;
}

/** Creates or updates, without a race between the two, and creates on nothing but "not found". */
export class SecretWriter {
  readonly #api: AwsApi;
  readonly #settings: AwsSettings;
  readonly #metadata: SecretMetadata;
  readonly #swap: VersionSwap;
  readonly creator: SecretCreator;

  constructor(api: AwsApi, settings: AwsSettings, metadata: SecretMetadata, swap: VersionSwap) {
    this.#api = api;
    this.#settings = settings;
    this.#metadata = metadata;
    this.#swap = swap;
    this.creator = new SecretCreator(api, metadata, settings.kmsKeyId);
  }

  async write(key: string, value: SecretValue, context: WriteContext): Promise<WrittenData> {
    checkMetadata(context);
    const { data, isNew } = await this.#writeValue(key, value, context);
    if (!isNew) {
      await this.#metadata.update(key, context).catch((error: unknown) => {
        throw halfWritten(data.version, error);
      });
    }
    return data;
  }

  async #writeValue(key: string, value: SecretValue, context: WriteContext): Promise<Written> {
    const { expectedVersion } = context;
    if (expectedVersion === null) return this.#createOnly(key, value, context);
    const content = toContent(value);
    if (expectedVersion === undefined) return this.#createOrUpdate(key, content, context);
    const swap = () => this.#swap.write(key, content, expectedVersion, context);
    const data = await this.#restoring(key, context, swap);
    return { data, isNew: false };
  }

  async #createOnly(key: string, value: SecretValue, context: WriteContext): Promise<Written> {
    try {
      return { data: await this.creator.create(key, value, context), isNew: true };
    } catch (error) {
      if (!isConflict(error)) throw error;
      // Other tools create secrets without a value: those read as absent, and are written as such.
      const stages = await this.#swap.stages(key, context).catch(() => undefined);
      if (!stages || versionWith("AWSCURRENT", stages) !== undefined) throw error;
    }
    context.countRetry();
    const data = await this.#swap.writeFirst(key, toContent(value), context);
    return { data, isNew: false };
  }

  async #createOrUpdate(key: string, content: Content, context: WriteContext): Promise<Written> {
    for (let turn = 1; ; turn++) {
      const updated = await this.#restoring(key, context, () => this.#put(key, content, context));
      if (updated) return { data: updated, isNew: false };
      try {
        return { data: await this.creator.createInTime(key, content, context), isNew: true };
      } catch (error) {
        if (turn >= maxTurns || isArn(key) || !isConflict(error)) throw error;
        context.countRetry();
      }
    }
  }

  /** `undefined` where there is no such secret. */
  async #put(
    key: string,
    content: Content,
    context: WriteContext,
  ): Promise<WrittenData | undefined> {
    const found = await this.#api.find("PutSecretValue", { SecretId: key, ...content }, context);
    return found && { version: versionOf(found.VersionId), labels: ownStages(found.VersionStages) };
  }

  /** Once more after a restore, where the store's options say so. */
  async #restoring<T>(key: string, context: WriteContext, write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (!isPendingDeletion(error) || !this.#settings.restoresPending) throw error;
    }
    context.countRetry();
    await this.#api.find("RestoreSecret", { SecretId: key }, context).catch((error: unknown) => {
      if (!isState(error)) throw error; // else somebody else has restored it
    });
    return write();
  }
}

function isConflict(error: unknown): boolean {
  return SecretError.isInstance(error) && error.code === "CONFLICT" && error.reason === "exists";
}

function isState(error: unknown): boolean {
  return SecretError.isInstance(error) && error.code === "CONFLICT";
}
