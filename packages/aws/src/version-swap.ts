import {
  type OperationContext,
  SecretError,
  type WrittenData,
} from "@llm-orchestrator/secrets-core";
import { type AwsApi, isAbsent } from "./aws-api.js";
import type { Content } from "./secret-content.js";
import { isVersionId, versionOf } from "./secret-reader.js";
import { versionWith, waitingStage } from "./stages.js";

/**
 * Compare-and-set: keeps a version under a stage of its own, then gives it `AWSCURRENT` if the expected
 * version still has that. Two requests; one more when the race is lost.
 */
export class VersionSwap {
  readonly #api: AwsApi;

  constructor(api: AwsApi) {
    this.#api = api;
  }

  /** @throws SecretError `CONFLICT` when another version is current. */
  async write(
    key: string,
    content: Content,
    expectedVersion: string,
    context: OperationContext,
  ): Promise<WrittenData> {
    if (!isVersionId(expectedVersion)) throw conflict();
    const version = await this.keep(key, content, waitingStage, context);
    return this.#orDrop(key, version, context, () =>
      this.makeCurrent(key, { from: expectedVersion, to: version }, context),
    );
  }

  /**
   * The first version of a secret that has none: AWS makes it current by itself.
   *
   * @throws SecretError `CONFLICT` when another one came before.
   */
  async writeFirst(key: string, content: Content, context: OperationContext): Promise<WrittenData> {
    const version = await this.keep(key, content, waitingStage, context);
    return this.#orDrop(key, version, context, async () => {
      const current = await this.current(key, context);
      if (current === undefined) await this.makeCurrent(key, { to: version }, context);
      else if (current !== version) throw conflict();
    });
  }

  /** What does not become current loses its label. */
  async #orDrop(
    key: string,
    version: string,
    context: OperationContext,
    work: () => Promise<void>,
  ): Promise<WrittenData> {
    try {
      await work();
    } catch (error) {
      await this.drop(key, version, waitingStage, context).catch(() => {});
      throw error;
    }
    return { version, labels: ["AWSCURRENT"] };
  }

  /** A version that is not current. */
  async keep(
    key: string,
    content: Content,
    stage: string,
    context: OperationContext,
  ): Promise<string> {
    const input = { SecretId: key, ...content, VersionStages: [stage] };
    try {
      const { VersionId } = await this.#api.send("PutSecretValue", input, context);
      return versionOf(VersionId) ?? (content.ClientRequestToken as string);
    } catch (error) {
      throw isAbsent(error) ? conflict() : error;
    }
  }

  /**
   * Moves `AWSCURRENT`; `AWSPREVIOUS` follows by itself.
   *
   * @param move.from Left out: no version has it yet.
   * @param move.isShared Others may want to move it to the same version.
   */
  async makeCurrent(
    key: string,
    { from, to, isShared }: { from?: string; to: string; isShared?: boolean },
    context: OperationContext,
  ): Promise<void> {
    const move = {
      ...{ VersionStage: "AWSCURRENT", MoveToVersionId: to },
      ...(from !== undefined && { RemoveFromVersionId: from }),
    };
    let attempts = 1;
    const counted = {
      ...context,
      countRetry() {
        attempts++;
        context.countRetry();
      },
    };
    try {
      await this.#api.send("UpdateSecretVersionStage", { SecretId: key, ...move }, counted);
    } catch (error) {
      if (context.signal?.aborted) throw error;
      // The first answer may have been lost, and the SDK's second try then came too late.
      const mayBeDone = !isShared || attempts > 1 || !isRefusal(error);
      const current = await this.current(key, context).catch(() => undefined);
      if (current === to && mayBeDone) return;
      throw current !== undefined && current !== from ? conflict() : error;
    }
  }

  async drop(key: string, version: string, stage: string, context: OperationContext) {
    const remove = { VersionStage: stage, RemoveFromVersionId: version };
    await this.#api.send("UpdateSecretVersionStage", { SecretId: key, ...remove }, context);
  }

  async current(key: string, context: OperationContext): Promise<string | undefined> {
    return versionWith("AWSCURRENT", await this.stages(key, context));
  }

  /** Every version that carries a stage, with its stages. */
  async stages(
    key: string,
    context: OperationContext,
  ): Promise<Readonly<Record<string, readonly string[]>> | undefined> {
    const found = await this.#api.find("DescribeSecret", { SecretId: key }, context);
    return found && (found.VersionIdsToStages ?? {});
  }
}

/** AWS has answered that it does not do it. */
function isRefusal(error: unknown): boolean {
  return SecretError.isInstance(error) && error.code !== "BACKEND_UNAVAILABLE";
}

export function conflict(): SecretError {
  return new SecretError("CONFLICT", {
    ...{ reason: "version", detail: "another version is current" },
  });
}
