import {
  type OperationContext,
  type SecretData,
  SecretError,
} from "@llm-orchestrator/secrets-core";
import { find } from "./aws-api.js";
import type { Output } from "./operations.js";
import type { Judge, RegionAnswer, RegionReads } from "./region-reads.js";
import { inRegion } from "./secret-name.js";
import { placeOf, type SeenVersions } from "./seen-versions.js";
import { ownStages } from "./stages.js";

type Which = { readonly VersionStage: string } | { readonly VersionId: string };

/** Reads values: one request each, in the first region that can be had. */
export class SecretReader {
  readonly #regions: RegionReads;
  readonly #seen: SeenVersions;

  constructor(regions: RegionReads, seen: SeenVersions) {
    this.#regions = regions;
    this.#seen = seen;
  }

  /** The stage is named always: what AWS means by default, others that speak its language do not. */
  read(key: string, context: OperationContext): Promise<SecretData | undefined> {
    return this.readStage(key, "AWSCURRENT", context);
  }

  async readStage(
    key: string,
    stage: string,
    context: OperationContext,
  ): Promise<SecretData | undefined> {
    const place = placeOf(key, stage);
    const { result, region } = await this.#ask(
      key,
      { VersionStage: stage },
      context,
      (data, by) => {
        if (by.kind === "home") this.#seen.note(place, data?.createdAt);
        if (by.kind !== "replica") return undefined;
        return data ? this.#seen.refuse(place, data.createdAt) : notThere();
      },
    );
    return result && withRegion(result, region);
  }

  /** An id, or what is too short to be one: a stage. */
  async readVersion(
    key: string,
    version: string,
    context: OperationContext,
  ): Promise<SecretData | undefined> {
    if (!isVersionId(version)) return this.readStage(key, version, context);
    const which = { VersionId: version }; // never another value: no replica has an older one
    const { result, region } = await this.#ask(key, which, context, (data, by) =>
      data || by.kind !== "replica" ? undefined : notThere(),
    );
    return result && withRegion(result, region);
  }

  /** @returns Whether the region answered that is asked first; where a replica did, it need not be there. */
  async probe(key: string, mayBeAbsent: boolean, context: OperationContext): Promise<boolean> {
    let isFirst = true;
    await this.#ask(key, { VersionStage: "AWSCURRENT" }, context, (data, by) => {
      isFirst = by.kind !== "replica";
      return data || isFirst || mayBeAbsent ? undefined : notThere();
    });
    return isFirst;
  }

  #ask(
    key: string,
    which: Which,
    context: OperationContext,
    judge: Judge<SecretData | undefined>,
  ): Promise<RegionAnswer<SecretData | undefined>> {
    return this.#regions.read(
      key,
      context,
      async (connection, region, timed) => {
        const SecretId = region === undefined ? key : inRegion(key, region);
        return toData(await find(connection, "GetSecretValue", { SecretId, ...which }, timed));
      },
      judge,
    );
  }
}

/** Says who answered, where there are several. */
export function withRegion(data: SecretData, region: string | undefined): SecretData {
  return region === undefined ? data : { ...data, store: `aws(${region})` };
}

/** A replica that does not have it says nothing of whether it is there. */
export function notThere(): SecretError {
  return new SecretError("NOT_FOUND", { reason: "absent", detail: "no replica of it there" });
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
