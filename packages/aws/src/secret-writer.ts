import {
  publishWarning,
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
import { isArn, looksLikeArnEnding } from "./secret-name.js";
import { versionOf } from "./secret-reader.js";
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

  /** Creates and updates nothing. @param type Of a managed external secret. */
  async create(
    key: string,
    value: SecretValue,
    context: WriteContext,
    type?: string,
  ): Promise<WrittenData> {
    checkMetadata(context);
    return (await this.#create(key, toContent(value), context, type)).data;
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
      return {
        data: { version: versionOf(VersionId), labels: ownStages(VersionStages) },
        isNew: false,
      };
    } catch (error) {
      if (isAbsent(error)) return undefined;
      if (!isPendingDeletion(error) || !this.#settings.restoresPending) throw error;
    }
    context.countRetry();
    await this.#api.find("RestoreSecret", { SecretId: key }, context);
    const { VersionId, VersionStages } = await this.#api.send("PutSecretValue", input, context);
    return {
      data: { version: versionOf(VersionId), labels: ownStages(VersionStages) },
      isNew: false,
    };
  }

  async #create(
    key: string,
    content: Content,
    context: WriteContext,
    type?: string,
  ): Promise<Written> {
    checkNewName(key);
    const { kmsKeyId } = this.#settings;
    const { VersionId } = await this.#api.send(
      "CreateSecret",
      {
        ...{ Name: key, ...content, ...this.#metadata.ofNew(context) },
        ...(kmsKeyId !== undefined && { KmsKeyId: kmsKeyId }),
        ...(type !== undefined && { Type: type }),
      },
      context,
    );
    return { data: { version: versionOf(VersionId), labels: ["AWSCURRENT"] }, isNew: true };
  }
}

function checkNewName(key: string): void {
  if (isArn(key))
    throw new SecretError("NOT_FOUND", { reason: "absent", fix: "Create it by name" });
  if (looksLikeArnEnding(key)) warnOfEnding(key);
  if (!key.includes("!")) return;
  throw new SecretError("INVALID_KEY", {
    detail: 'names with "!" belong to secrets that AWS services make',
    fix: "Use letters, digits and /_+=.@-",
  });
}

const warned = new Set<string>();

/** Once for a name: AWS takes it, and advises against it. */
function warnOfEnding(key: string): void {
  if (warned.has(key) || warned.size >= 1_000) return;
  warned.add(key);
  publishWarning({
    ...{ code: "AWS_NAME_LIKE_ARN", store: "aws", key },
    message:
      "A secret is created whose name ends in a hyphen and six characters, as every ARN does: its partial " +
      "ARN may be taken for the full one of another secret. Give it another name, or use its full ARN.",
  });
}

function isConflict(error: unknown): boolean {
  return SecretError.isInstance(error) && error.code === "CONFLICT" && error.reason === "exists";
}
