import {
  pause,
  publishWarning,
  SecretError,
  type SecretValue,
  type WriteContext,
  type WrittenData,
} from "@llm-orchestrator/secrets-core";
import { type AwsApi, isPendingDeletion } from "./aws-api.js";
import { type Content, toContent } from "./secret-content.js";
import { checkMetadata, type SecretMetadata } from "./secret-metadata.js";
import { isArn, looksLikeArnEnding } from "./secret-name.js";
import { versionOf } from "./secret-reader.js";

/** Until a deletion for ever is done at AWS. */
const maxTurns = 8;

/** Creates secrets, and updates none. */
export class SecretCreator {
  readonly #api: AwsApi;
  readonly #metadata: SecretMetadata;
  readonly #kmsKeyId: string | undefined;

  constructor(api: AwsApi, metadata: SecretMetadata, kmsKeyId: string | undefined) {
    this.#api = api;
    this.#metadata = metadata;
    this.#kmsKeyId = kmsKeyId;
  }

  /** @param type Of a managed external secret. */
  create(
    key: string,
    value: SecretValue,
    context: WriteContext,
    type?: string,
  ): Promise<WrittenData> {
    checkMetadata(context);
    const isGone = async () => !(await this.#describe(key, context));
    return this.createInTime(key, toContent(value), context, { isGone, type });
  }

  /**
   * A name that was deleted for ever is taken for some seconds more: waits for it.
   *
   * @param more.isGone Whether it is, and not only going to be. Default: known.
   */
  async createInTime(
    key: string,
    content: Content,
    context: WriteContext,
    { isGone = async () => true, type }: CreateOptions = {},
  ): Promise<WrittenData> {
    for (let turn = 1; ; turn++) {
      try {
        return await this.#create(key, content, context, type);
      } catch (error) {
        if (turn >= maxTurns || !isPendingDeletion(error) || !(await isGone())) throw error;
      }
      await pause(Math.min(100 * 2 ** turn, 2_000), context.signal);
      context.countRetry();
    }
  }

  async #create(
    key: string,
    content: Content,
    context: WriteContext,
    type: string | undefined,
  ): Promise<WrittenData> {
    checkNewName(key);
    const kmsKeyId = this.#kmsKeyId;
    const { VersionId } = await this.#api.send(
      "CreateSecret",
      {
        ...{ Name: key, ...content, ...this.#metadata.ofNew(context) },
        ...(kmsKeyId !== undefined && { KmsKeyId: kmsKeyId }),
        ...(type !== undefined && { Type: type }),
      },
      context,
    );
    return { version: versionOf(VersionId), labels: ["AWSCURRENT"] };
  }

  /** What cannot be looked at is taken to be there. */
  #describe(key: string, context: WriteContext): Promise<unknown> {
    return this.#api.find("DescribeSecret", { SecretId: key }, context).catch(() => "unknown");
  }
}

interface CreateOptions {
  readonly isGone?: () => Promise<boolean>;
  readonly type?: string | undefined;
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
