import { paginateListSecrets } from "@aws-sdk/client-secrets-manager";
import { expect } from "vitest";
import { type Case, refuses, type Tester } from "./tester.ts";

const badToken = "InvalidNextTokenException";

export const listingCases: readonly Case[] = [
  [
    "a list comes in pages, in full",
    async (tester) => {
      const prefix = `${tester.newName()}/`;
      const names = Array.from({ length: 5 }, (_, index) => `${prefix}${index}`);
      for (const Name of names) await tester.aws.createSecret({ Name, SecretString: "x" });
      expect(await namesOf(tester, prefix, 2)).toEqual(names);
    },
  ],
  [
    "a filter by name is a prefix",
    async (tester) => {
      const Name = await tester.make();
      await tester.aws.createSecret({ Name: `other/${Name}`, SecretString: "x" });
      expect(await namesOf(tester, Name)).toEqual([Name]);
    },
  ],
  [
    "a filter by name knows capitals",
    async (tester) => {
      const Name = await tester.make();
      await tester.aws.createSecret({ Name: Name.toUpperCase(), SecretString: "x" });
      expect(await namesOf(tester, Name)).toEqual([Name]);
    },
  ],
  [
    "a filter that begins with ! is of all others",
    async (tester) => {
      const names = [await tester.make(), await tester.make()] as const;
      const found = await namesOf(tester, `!${names[0]}`);
      expect(found).toContain(names[1]);
      expect(found).not.toContain(names[0]);
    },
  ],
  [
    "what is going to be deleted is listed where that is asked for",
    async (tester) => {
      const SecretId = await tester.make();
      await tester.aws.deleteSecret({ SecretId });
      expect(await namesOf(tester, SecretId)).toEqual([]);
      const Filters = [{ Key: "name" as const, Values: [SecretId] }];
      const all = await tester.aws.listSecrets({ Filters, IncludePlannedDeletion: true });
      expect(all.SecretList).toMatchObject([{ Name: SecretId }]);
    },
  ],
  [
    "a list does not go on from what is no token of its own",
    (tester) => refuses(tester.aws.listSecrets({ NextToken: "nonsense" }), badToken),
  ],
  [
    "versions without a label are left out of their list",
    async (tester) => {
      const SecretId = await threeVersions(tester);
      const { Versions = [], ARN } = await tester.aws.listSecretVersionIds({ SecretId });
      const labels = Versions.flatMap(({ VersionStages = [] }) => VersionStages);
      expect(labels.sort()).toEqual(["AWSCURRENT", "AWSPREVIOUS"]);
      expect(Versions).toHaveLength(2);
      expect(ARN).toMatch(/^arn:aws:secretsmanager:/);
    },
  ],
  [
    "versions without a label are in the list of all, and have none",
    async (tester) => {
      const SecretId = await threeVersions(tester);
      const all = { SecretId, IncludeDeprecated: true };
      const { Versions = [] } = await tester.aws.listSecretVersionIds(all);
      expect(Versions).toHaveLength(3);
      expect(Versions.filter(({ VersionStages = [] }) => VersionStages.length === 0)).toHaveLength(
        1,
      );
    },
  ],
  [
    "versions come in pages",
    async (tester) => {
      const asked = { SecretId: await threeVersions(tester), MaxResults: 1 };
      const { Versions = [], NextToken } = await tester.aws.listSecretVersionIds(asked);
      const next = await tester.aws.listSecretVersionIds({ ...asked, NextToken });
      expect([Versions.length, next.Versions?.length]).toEqual([1, 1]);
      expect(next.Versions?.[0]?.VersionId).not.toBe(Versions[0]?.VersionId);
    },
  ],
  [
    "versions of what is absent are not found",
    async (tester) => {
      const asked = { SecretId: tester.newName() };
      await refuses(tester.aws.listSecretVersionIds(asked), "ResourceNotFoundException");
    },
  ],
];

async function namesOf(tester: Tester, prefix: string, pageSize?: number): Promise<string[]> {
  const names: string[] = [];
  const Filters = [{ Key: "name" as const, Values: [prefix] }];
  const pages = paginateListSecrets(
    { client: tester.aws, ...(pageSize && { pageSize }) },
    { Filters },
  );
  for await (const { SecretList = [] } of pages) {
    if (pageSize !== undefined) expect(SecretList.length).toBeLessThanOrEqual(pageSize);
    names.push(...SecretList.map(({ Name = "" }) => Name));
  }
  return names.sort();
}

async function threeVersions(tester: Tester): Promise<string> {
  const SecretId = await tester.make();
  for (const SecretString of ["second", "third"]) {
    await tester.aws.putSecretValue({ SecretId, SecretString });
  }
  return SecretId;
}
