import { descriptionOf } from "./description.ts";
import { checkLength, validation } from "./input-checks.ts";
import { type PageInput, pageOf } from "./page.ts";
import type { Region } from "./region.ts";
import type { SecretRecord } from "./secret-record.ts";

export interface Filter {
  readonly Key?: string;
  readonly Values?: readonly string[];
}

interface ListInput extends PageInput {
  readonly Filters?: readonly Filter[];
  readonly IncludePlannedDeletion?: boolean;
  readonly SortOrder?: "asc" | "desc";
}

export function listSecrets(region: Region, input: ListInput): object {
  const { Filters = [], IncludePlannedDeletion = false, SortOrder = "desc" } = input;
  const found = matching(region, Filters, IncludePlannedDeletion);
  const { rows, more } = pageOf(SortOrder === "asc" ? found : found.reverse(), input, 100);
  const SecretList = rows.map((secret) => {
    const { VersionIdsToStages, ...rest } = descriptionOf(secret) as Record<string, unknown>;
    return { ...rest, SecretVersionsToStages: VersionIdsToStages };
  });
  return { SecretList, ...more };
}

/** Oldest first. All filters have to match, and of each one any value. */
export function matching(
  region: Region,
  filters: readonly Filter[],
  includesPlannedDeletion = false,
): SecretRecord[] {
  checkLength("filters", filters.length, 10, 0);
  const tests = filters.map(testOf);
  return [...region.secrets.values()].filter((secret) => {
    const isListed = includesPlannedDeletion || secret.deletionMs === undefined;
    return isListed && tests.every((test) => test(secret));
  });
}

function testOf({ Key = "", Values = [] }: Filter): (secret: SecretRecord) => boolean {
  const texts = textsOf[Key];
  if (!texts) throw validation(`This server does not filter by ${Key}.`);
  checkLength("values", Values.length, 10);
  for (const value of Values) {
    if (!/^!?[\w :/+=.@!-]{0,512}$/.test(value)) throw validation("A filter's value is invalid.");
  }
  const ignoresCase = Key === "description";
  const fold = (text: string) => (ignoresCase ? text.toLowerCase() : text);
  return (secret) => {
    const starts = (prefix: string) =>
      texts(secret).some((text) => fold(text).startsWith(fold(prefix)));
    return Values.some((each) => (each.startsWith("!") ? !starts(each.slice(1)) : starts(each)));
  };
}

const textsOf: Readonly<Record<string, (secret: SecretRecord) => readonly string[]>> = {
  name: ({ name }) => [name],
  description: ({ description = "" }) => [description],
  "tag-key": ({ tags }) => [...tags.keys()],
  "tag-value": ({ tags }) => [...tags.values()],
};

interface VersionsInput extends PageInput {
  readonly SecretId: string;
  readonly IncludeDeprecated?: boolean;
}

/** Those that have a value, newest first. */
export function listSecretVersionIds(region: Region, input: VersionsInput): object {
  const secret = region.secret(input.SecretId);
  const found = [...secret.versions.values()].filter(
    ({ stages, content }) => content && (input.IncludeDeprecated === true || stages.size > 0),
  );
  const { rows, more } = pageOf(found.reverse(), input, 100);
  const Versions = rows.map(({ id, stages, createdMs }) => ({
    ...{ VersionId: id, CreatedDate: createdMs / 1000 },
    VersionStages: stages.size > 0 ? [...stages] : undefined,
  }));
  return { ...secret.named(), Versions, ...more };
}
