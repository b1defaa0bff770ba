import {
  type OperationContext,
  type SecretData,
  SecretError,
} from "@llm-orchestrator/secrets-core";
import type { AwsApi } from "./aws-api.js";
import type { Output } from "./operations.js";
import { ownStages } from "./stages.js";

/** Reads values: one request each. */
export class SecretReader {
  readonly #api: AwsApi;

  constructor(api: AwsApi) {
    this.#api = api;
  }

  /** Named always: what AWS means by default, others that speak its language do not. */
  read(key: string, context: OperationContext): Promise<SecretData | undefined> {
    return this.readStage(key, "AWSCURRENT", context);
  }

  async readStage(
    key: string,
    stage: string,
    context: OperationContext,
  ): Promise<SecretData | undefined> {
    const input = { SecretId: key, VersionStage: stage };
    return toData(await this.#api.find("GetSecretValue", input, context));
  }

  /** An id, or what is too short to be one: a stage. */
  async readVersion(
    key: string,
    version: string,
    context: OperationContext,
  ): Promise<SecretData | undefined> {
    if (!isVersionId(version)) return this.readStage(key, version, context);
    const input = { SecretId: key, VersionId: version };
    return toData(await this.#api.find("GetSecretValue", input, context));
  }
}

/** 32 to 64 characters, by AWS's API reference; most are UUIDs. */
export function isVersionId(version: string): boolean {
  return version.length >= 32 && version.length <= 64;
}

/** @returns `undefined` for a version that has no value, as an interrupted rotation leaves one. */
export function toData(
  output:
    | Pick<
        Output<"GetSecretValue">,
        "SecretString" | "SecretBinary" | "VersionId" | "VersionStages" | "CreatedDate"
      >
    | undefined,
): SecretData | undefined {
  const value = output?.SecretString ?? output?.SecretBinary;
  if (!output || value === undefined) return undefined;
  if (typeof value !== "string" && !(value instanceof Uint8Array)) throw malformed();
  const { VersionId, VersionStages, CreatedDate } = output;
  return {
    ...{ value, version: versionOf(VersionId), labels: ownStages(VersionStages) },
    createdAt: toIsoTime(CreatedDate),
  };
}

/** An id goes into errors and events: what is none may be anything. */
export function versionOf(id: string | undefined): string | undefined {
  if (id === undefined || (isVersionId(id) && /^[\w+=.@:/-]+$/.test(id))) return id;
  throw malformed();
}

/** Of a date that is none, nothing. */
export function toIsoTime(date: Date | undefined): string | undefined {
  return date instanceof Date && !Number.isNaN(date.getTime()) ? date.toISOString() : undefined;
}

function malformed(): SecretError {
  return new SecretError("BACKEND_UNAVAILABLE", {
    ...{ reason: "malformed", detail: "the answer holds no value that can be read" },
  });
}
