import {
  SecretError,
  type SecretValue,
  type WriteContext,
  type WrittenData,
} from "@llm-orchestrator/secrets-core";
import { type AwsApi, isAbsent, isPendingDeletion } from "./aws-api.js";
import type { AwsSettings } from "./aws-settings.js";
import { pause } from "./pause.js";
import { type Content, toContent } from "./secret-content.js";
import { checkMetadata, halfWritten, type SecretMetadata } from "./secret-metadata.js";
import { isArn } from "./secret-name.js";
import { ownStages } from "./stages.js";
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

  constructor(api: AwsApi, settings: AwsSettings, metadata: SecretMetadata, swap: VersionSwap) {
    this.#api = api;
    this.#settings = settings;
    this.#metadata = metadata;
    this.#swap = swap;
  }

  async write(key: string, value: SecretValue, context: WriteContext): Promise<WrittenData> {
    checkMetadata(context);
    const { data, isNew } = await this.#writeValue(key, toContent(value), context);
    if (!isNew) {
      await this.#metadata.update(key, context).catch((error: unknown) => {
        throw halfWritten(data.version, error);
      });
    }
    return data;
  }

  async #writeValue(key: string, content: Content, context: WriteContext): Promise<Written> {
    const { expectedVersion } = context;
    if (expectedVersion === null) return this.#create(key, content, context);
    if (expectedVersion === undefined) return this.#createOrUpdate(key, content, context);
    const data = await this.#swap.write(key, content, expectedVersion, context);
    return { data, isNew: false };
  }

  async #createOrUpdate(key: string, content: Content, context: WriteContext): Promise<Written> {
    for (let turn = 1; ; turn++) {
      const updated = await this.#update(key, content, context);
      if (updated) return updated;
      try {
        return await this.#create(key, content, context);
      } catch (error) {
        if (turn >= maxTurns || isArn(key)) throw error;
        if (isPendingDeletion(error)) {
          // It is gone for those who update: a deletion for ever that is not yet done.
          await pause(Math.min(100 * 2 ** turn, 2_000), context.signal);
        } else if (!isConflict(error)) throw error;
        context.countRetry();
      }
    }
  }

  async #update(
    key: string,
    content: Content,
    context: WriteContext,
  ): Promise<Written | undefined> {
    const input = { SecretId: key, ...content };
    try {
      const { VersionId, VersionStages } = await this.#api.send("PutSecretValue", input, context);
      return { data: { version: VersionId, labels: ownStages(VersionStages) }, isNew: false };
    } catch (error) {
      if (isAbsent(error)) return undefined;
      if (!isPendingDeletion(error) || !this.#settings.restoresPending) throw error;
    }
    context.countRetry();
    await this.#api.find("RestoreSecret", { SecretId: key }, context);
    const { VersionId, VersionStages } = await this.#api.send("PutSecretValue", input, context);
    return { data: { version: VersionId, labels: ownStages(VersionStages) }, isNew: false };
  }

  async #create(key: string, content: Content, context: WriteContext): Promise<Written> {
    checkNewName(key);
    const { kmsKeyId } = this.#settings;
    const { VersionId } = await this.#api.send(
      "CreateSecret",
      {
        ...{ Name: key, ...content, ...this.#metadata.ofNew(context) },
        ...(kmsKeyId !== undefined && { KmsKeyId: kmsKeyId }),
      },
      context,
    );
    return { data: { version: VersionId, labels: ["AWSCURRENT"] }, isNew: true };
  }
}

function checkNewName(key: string): void {
  if (isArn(key))
    throw new SecretError("NOT_FOUND", { reason: "absent", fix: "Create it by name" });
  if (!key.includes("!")) return;
  throw new SecretError("INVALID_KEY", {
    detail: 'names with "!" belong to secrets that AWS services make',
    fix: "Use letters, digits and /_+=.@-",
  });
}

function isConflict(error: unknown): boolean {
  return SecretError.isInstance(error) && error.code === "CONFLICT" && error.reason === "exists";
}
