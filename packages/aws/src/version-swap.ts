import {
  type OperationContext,
  SecretError,
  type WrittenData,
} from "@llm-orchestrator/secrets-core";
import { type AwsApi, isAbsent } from "./aws-api.js";
import type { Content } from "./secret-content.js";
import { isVersionId } from "./secret-reader.js";
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
    await this.makeCurrent(key, { from: expectedVersion, to: version }, context).catch(
      async (error: unknown) => {
        await this.drop(key, version, waitingStage, context).catch(() => {});
        throw error;
      },
    );
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
      return VersionId ?? (content.ClientRequestToken as string);
    } catch (error) {
      throw isAbsent(error) ? conflict() : error;
    }
  }

  /** Moves `AWSCURRENT`; `AWSPREVIOUS` follows by itself. */
  async makeCurrent(
    key: string,
    { from, to }: { readonly from: string; readonly to: string },
    context: OperationContext,
  ): Promise<void> {
    const move = { VersionStage: "AWSCURRENT", MoveToVersionId: to, RemoveFromVersionId: from };
    try {
      await this.#api.send("UpdateSecretVersionStage", { SecretId: key, ...move }, context);
    } catch (error) {
      if (context.signal?.aborted) throw error;
      // The first answer may have been lost, and the SDK's second try then came too late.
      const current = await this.current(key, context).catch(() => undefined);
      if (current === to) return;
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

export function conflict(): SecretError {
  return new SecretError("CONFLICT", {
    ...{ reason: "version", detail: "another version is current" },
  });
}
