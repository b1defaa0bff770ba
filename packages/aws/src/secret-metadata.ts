import {
  type OperationContext,
  type SecretDescriptionData,
  SecretError,
  type SecretTags,
  type WriteContext,
} from "@llm-orchestrator/secrets-core";
import type { AwsApi } from "./aws-api.js";
import type { Input, Output } from "./operations.js";
import { toIsoTime } from "./secret-reader.js";
import { versionWith } from "./stages.js";
import { decodeTagValue, encodeTagValue, isLegalTagText, isReserved } from "./tag-text.js";

/** Tags of our own, for what Secrets Manager keeps only of secrets that it rotates itself. */
const periodTag = "llm-orchestrator:rotation-period-days";
const rotatedTag = "llm-orchestrator:last-rotated-at";
const ownTags: ReadonlySet<string> = new Set([periodTag, rotatedTag]);
const maxTags = 50;
const dayMs = 86_400_000;

type Metadata = Pick<WriteContext, "description" | "tags" | "rotationPeriodDays">;

/** Description, tags and the dates of rotation. */
export class SecretMetadata {
  readonly #api: AwsApi;

  constructor(api: AwsApi) {
    this.#api = api;
  }

  /** What goes along when a secret is created. */
  ofNew(context: Metadata): Pick<Input<"CreateSecret">, "Description" | "Tags"> {
    const { description } = context;
    const tags = toTagList({ ...context.tags, ...periodOf(context) });
    return {
      ...(description !== undefined && { Description: description }),
      ...(tags.length > 0 && { Tags: tags }),
    };
  }

  /** Of a secret that is there: what is left out stays, tags that are given replace all. */
  async update(key: string, context: WriteContext): Promise<void> {
    const { description, tags } = context;
    if (description !== undefined) {
      const input = { SecretId: key, Description: description };
      await this.#api.send("UpdateSecret", input, context);
    }
    if (tags === undefined) return this.#tag(key, periodOf(context), context);
    const found = await this.#api.send("DescribeSecret", { SecretId: key }, context);
    const before = allTags(found);
    const gone = Object.keys(before).filter(
      (name) => !Object.hasOwn(tags, name) && !ownTags.has(name) && !isReserved(name),
    );
    const changed = Object.entries(tags).filter(([name, value]) => before[name] !== value);
    const more = { ...Object.fromEntries(changed), ...periodOf(context) };
    // Added before others are taken away, so that a failure between the two loses none, where both fit.
    const bothFit = Object.keys({ ...before, ...more }).length <= maxTags;
    if (bothFit) await this.#tag(key, more, context);
    if (gone.length > 0) {
      await this.#api.send("UntagResource", { SecretId: key, TagKeys: gone }, context);
    }
    if (!bothFit) await this.#tag(key, more, context);
  }

  async describe(
    key: string,
    context: OperationContext,
  ): Promise<SecretDescriptionData | undefined> {
    const found = await this.#api.find("DescribeSecret", { SecretId: key }, context);
    return found && toDescription(found);
  }

  /** When a rotation of ours was done: AWS dates only its own. */
  noteRotation(key: string, at: Date, context: OperationContext): Promise<void> {
    return this.#tag(key, { [rotatedTag]: at.toISOString() }, context);
  }

  async #tag(key: string, tags: SecretTags, context: OperationContext): Promise<void> {
    const list = toTagList(tags);
    if (list.length > 0) {
      await this.#api.send("TagResource", { SecretId: key, Tags: list }, context);
    }
  }
}

/** The limits of AWS, before any request (API reference: CreateSecret, Tag; 50 by the tagging quota). */
export function checkMetadata({ description, tags }: Metadata): void {
  if (description !== undefined && description.length > 2_048) {
    throw refused("description has more than 2,048 characters", "Pass a shorter one");
  }
  const names = Object.keys(tags ?? {});
  if (names.length > maxTags - ownTags.size) {
    throw refused(
      `there are more than ${maxTags - ownTags.size} tags`,
      `AWS takes ${maxTags}, of which the store needs ${ownTags.size}`,
    );
  }
  for (const name of names) {
    if (ownTags.has(name)) throw refused("a tag has a name that the store uses", "Rename it");
    const value = tags?.[name] ?? "";
    if (name === "" || name.length > 128 || isReserved(name) || !isLegalTagText(name)) {
      throw refused("the name of a tag is not one that AWS takes", tagFix("128", "name"));
    }
    const encoded = encodeTagValue(value);
    if (encoded.length > 256 || decodeTagValue(encoded) !== value) {
      throw refused("the value of a tag is no text, or too long for AWS", tagFix("256", "value"));
    }
  }
}

/** The value is there, what belongs to it is not: the caller has to know both. */
export function halfWritten(version: string | undefined, cause: unknown): unknown {
  if (!SecretError.isInstance(cause)) return cause;
  return new SecretError(cause.code, {
    ...{ reason: "metadata-not-written", cause, retryable: cause.retryable },
    detail: `version ${version} is written and current, but not its description or tags`,
    fix: cause.fix,
  });
}

function toDescription(found: Output<"DescribeSecret">): SecretDescriptionData {
  const tags = allTags(found);
  const isManaged = found.RotationEnabled === true;
  const created = toIsoTime(found.CreatedDate);
  return {
    ...{ description: found.Description || undefined, tags: userTags(tags) },
    currentVersion: versionWith("AWSCURRENT", found.VersionIdsToStages),
    ...{ createdAt: created, updatedAt: toIsoTime(found.LastChangedDate) },
    ...rotationOf(found, tags, isManaged),
    ...{ deletedAt: toIsoTime(found.DeletedDate), managedRotation: isManaged },
  };
}

/** AWS goes on to show the rules of a rotation that was turned off: then only what a put said counts. */
function rotationOf(
  { RotationRules, NextRotationDate, LastRotatedDate, CreatedDate }: Output<"DescribeSecret">,
  tags: SecretTags,
  isManaged: boolean,
): Pick<SecretDescriptionData, "rotationPeriodDays" | "lastRotatedAt" | "rotationDueAt"> {
  const said = Number(tags[periodTag]);
  const period = Number.isSafeInteger(said) && said > 0 ? said : undefined;
  const lastRotatedAt = later(toIsoTime(LastRotatedDate), toIsoTime(dateOf(tags[rotatedTag])));
  if (isManaged) {
    const rotationPeriodDays = RotationRules?.AutomaticallyAfterDays ?? period;
    return { rotationPeriodDays, lastRotatedAt, rotationDueAt: toIsoTime(NextRotationDate) };
  }
  const rotationDueAt = dueAt(lastRotatedAt ?? toIsoTime(CreatedDate), period);
  return { rotationPeriodDays: period, lastRotatedAt, rotationDueAt };
}

function dateOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}

/** Of two in ISO 8601. */
function later(one: string | undefined, other: string | undefined): string | undefined {
  return [one, other]
    .filter((time) => time !== undefined)
    .sort()
    .at(-1);
}

function dueAt(from: string | undefined, days: number | undefined): string | undefined {
  if (from === undefined || days === undefined) return undefined;
  return toIsoTime(new Date(Date.parse(from) + days * dayMs));
}

function allTags({ Tags = [] }: Output<"DescribeSecret">): Record<string, string> {
  return Object.fromEntries(
    (Tags ?? []).map(({ Key = "", Value = "" }) => [Key, decodeTagValue(Value)]),
  );
}

function userTags(tags: SecretTags): SecretTags {
  return Object.fromEntries(Object.entries(tags).filter(([name]) => !ownTags.has(name)));
}

function toTagList(tags: SecretTags) {
  return Object.entries(tags).map(([Key, value]) => ({ Key, Value: encodeTagValue(value) }));
}

function periodOf({ rotationPeriodDays }: Metadata): SecretTags {
  return rotationPeriodDays === undefined ? {} : { [periodTag]: String(rotationPeriodDays) };
}

function refused(detail: string, fix: string): SecretError {
  return new SecretError("CONFIGURATION", { reason: "bad-argument", detail, fix });
}

function tagFix(length: string, what: string): string {
  const more =
    what === "value" ? "; any other character takes up several" : ", not beginning with aws:";
  return `Use 1 to ${length} letters, digits, spaces and _.:/=+-@ in a ${what}${more}`;
}
