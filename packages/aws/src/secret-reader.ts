import {
  type OperationContext,
  type SecretData,
  SecretError,
} from "@llm-orchestrator/secrets-core";
import { find } from "./aws-api.js";
import type { Output } from "./operations.js";
import type { RegionReads } from "./region-reads.js";
import { inRegion } from "./secret-name.js";
import type { SeenVersions } from "./seen-versions.js";
import { ownStages } from "./stages.js";

/** Reads values: one request each, in the first region that can be had. */
export class SecretReader {
  readonly #regions: RegionReads;
  readonly #seen: SeenVersions;

  constructor(regions: RegionReads, seen: SeenVersions) {
    this.#regions = regions;
    this.#seen = seen;
  }

  /** The stage is named always: what AWS means by default, others that speak its language do not. */
  async read(key: string, context: OperationContext): Promise<SecretData | undefined> {
    const refuse = (data: SecretData | undefined) =>
      data ? this.#seen.refuse(key, data.createdAt) : notThere(key);
    const found = await this.#ask(key, { VersionStage: "AWSCURRENT" }, context, refuse);
    if (found.isOfPrimary) this.#seen.note(key, found.data?.createdAt);
    return found.data;
  }

  async readStage(
    key: string,
    stage: string,
    context: OperationContext,
  ): Promise<SecretData | undefined> {
    return (await this.#ask(key, { VersionStage: stage }, context)).data;
  }

  /** An id, or what is too short to be one: a stage. */
  async readVersion(
    key: string,
    version: string,
    context: OperationContext,
  ): Promise<SecretData | undefined> {
    if (!isVersionId(version)) return this.readStage(key, version, context);
    return (await this.#ask(key, { VersionId: version }, context)).data;
  }

  async #ask(
    key: string,
    which: { readonly VersionStage: string } | { readonly VersionId: string },
    context: OperationContext,
    refuse: (data: SecretData | undefined) => SecretError | undefined = (data) =>
      data ? undefined : notThere(key),
  ): Promise<{ readonly data: SecretData | undefined; readonly isOfPrimary: boolean }> {
    const { result, region } = await this.#regions.read(
      key,
      context,
      async (connection, name, timed) => {
        const SecretId = name === undefined ? key : inRegion(key, name);
        return toData(await find(connection, "GetSecretValue", { SecretId, ...which }, timed));
      },
      refuse,
    );
    const isOfPrimary = region !== undefined && this.#regions.isPrimary(region);
    return { data: result && withRegion(result, region), isOfPrimary };
  }
}

/** Says who answered, where there are several. */
export function withRegion(data: SecretData, region: string | undefined): SecretData {
  return region === undefined ? data : { ...data, store: `aws(${region})` };
}

/** A replica that does not have it says nothing of whether it is there. */
export function notThere(key: string): SecretError {
  return new SecretError("NOT_FOUND", { key, reason: "absent", detail: "no replica of it there" });
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
