import { expect } from "vitest";
import { type Case, refuses, Tester } from "./tester.ts";

const notFound = "ResourceNotFoundException";

export const readingCases: readonly Case[] = [
  [
    "a read has the value, the version, its labels and its date",
    async (tester) => {
      const SecretId = await tester.make();
      const read = await tester.aws.getSecretValue({ SecretId });
      expect(read).toMatchObject({
        ...{ Name: SecretId, SecretString: "first", VersionStages: ["AWSCURRENT"] },
        ...{ ARN: expect.stringContaining(`:secret:${SecretId}-`), VersionId: expect.any(String) },
        CreatedDate: expect.any(Date),
      });
      expect(read.SecretBinary).toBeUndefined();
    },
  ],
  [
    "what is absent is not found, with status 400",
    (tester) =>
      expect(tester.read("absent")).rejects.toMatchObject({
        ...{ name: notFound, $metadata: { httpStatusCode: 400 } },
      }),
  ],
  [
    "a secret without a value is there, and its value is not found",
    async (tester) => {
      const SecretId = tester.newName();
      await tester.aws.createSecret({ Name: SecretId });
      await tester.aws.describeSecret({ SecretId });
      await refuses(tester.read(SecretId), notFound);
    },
  ],
  [
    "bytes come back as bytes",
    async (tester) => {
      const Name = tester.newName();
      const SecretBinary = new Uint8Array([0, 255, 128, 10]);
      await tester.aws.createSecret({ Name, SecretBinary });
      const read = await tester.aws.getSecretValue({ SecretId: Name });
      expect([...(read.SecretBinary ?? [])]).toEqual([...SecretBinary]);
      expect(read.SecretString).toBeUndefined();
    },
  ],
  [
    "name, ARN and partial ARN mean the same secret, and in its region only",
    async (tester) => {
      const name = await tester.make();
      const { ARN = "" } = await tester.aws.describeSecret({ SecretId: name });
      for (const id of [name, ARN, ARN.slice(0, -7)]) expect(await tester.read(id)).toBe("first");
      for (const SecretId of [name, ARN]) {
        await refuses(tester.elsewhere.getSecretValue({ SecretId }), notFound);
      }
    },
  ],
  [
    "without a version or label a read is of AWSCURRENT, wherever that was moved",
    async (tester) => {
      const SecretId = await tester.make();
      const first = (await tester.aws.getSecretValue({ SecretId })).VersionId;
      const next = await tester.aws.putSecretValue({ SecretId, SecretString: "second" });
      await tester.aws.updateSecretVersionStage({
        ...{ SecretId, VersionStage: "AWSCURRENT" },
        ...{ MoveToVersionId: first, RemoveFromVersionId: next.VersionId },
      });
      expect(await tester.read(SecretId)).toBe("first");
      expect(await tester.read(SecretId, { VersionStage: "AWSCURRENT" })).toBe("first");
    },
  ],
  [
    "a version and a label that do not belong together are refused",
    async (tester) => {
      const SecretId = await tester.make();
      const { VersionId } = await tester.aws.getSecretValue({ SecretId });
      const asked = { SecretId, VersionId, VersionStage: "AWSPREVIOUS" };
      await refuses(tester.aws.getSecretValue(asked));
    },
  ],
  [
    "a batch has what can be had, and an error for each of the others",
    async (tester) => {
      const ids = [await tester.make(), tester.newName()];
      const read = await tester.aws.batchGetSecretValue({ SecretIdList: ids });
      expect(read.SecretValues).toMatchObject([{ Name: ids[0], SecretString: "first" }]);
      expect(read.Errors).toMatchObject([{ SecretId: ids[1], ErrorCode: notFound }]);
    },
  ],
  [
    "a batch by filter comes in pages",
    async (tester) => {
      const Name = tester.newName();
      for (const index of [1, 2, 3]) {
        await tester.aws.createSecret({ Name: `${Name}${index}`, SecretString: "x" });
      }
      const asked = { Filters: [{ Key: "name" as const, Values: [Name] }], MaxResults: 2 };
      const { SecretValues, NextToken } = await tester.aws.batchGetSecretValue(asked);
      const rest = await tester.aws.batchGetSecretValue({ ...asked, NextToken });
      expect([SecretValues?.length, rest.SecretValues?.length]).toEqual([2, 1]);
      expect(rest.NextToken).toBeUndefined();
    },
  ],
];

export const replicaCases: readonly Case[] = [
  [
    "a replica has the value, and the ARN but for its region",
    async (tester) => {
      const SecretId = await replicated(tester);
      const { ARN = "" } = await tester.aws.describeSecret({ SecretId });
      const replica = await tester.elsewhere.getSecretValue({ SecretId });
      expect(replica).toMatchObject({
        ...{ SecretString: "first", ARN: ARN.replace("us-east-1", Tester.otherRegion) },
      });
    },
  ],
  [
    "a replica follows its primary",
    async (tester) => {
      const SecretId = await replicated(tester);
      await tester.aws.putSecretValue({ SecretId, SecretString: "second" });
      const { SecretString } = await tester.elsewhere.getSecretValue({ SecretId });
      expect(SecretString).toBe("second");
    },
  ],
  [
    "a replica is not written",
    async (tester) => {
      const SecretId = await replicated(tester);
      await refuses(tester.elsewhere.putSecretValue({ SecretId, SecretString: "x" }));
    },
  ],
  [
    "a primary that has replicas is not deleted",
    async (tester) => {
      const SecretId = await replicated(tester);
      await refuses(tester.aws.deleteSecret({ SecretId }));
    },
  ],
  [
    "a replica that is promoted is written, and its primary has none",
    async (tester) => {
      const SecretId = await replicated(tester);
      await tester.elsewhere.stopReplicationToReplica({ SecretId });
      await tester.elsewhere.putSecretValue({ SecretId, SecretString: "own" });
      expect(await tester.read(SecretId)).toBe("first");
      await tester.aws.deleteSecret({ SecretId });
    },
  ],
  [
    "a region that is removed has no replica any more",
    async (tester) => {
      const SecretId = await replicated(tester);
      const RemoveReplicaRegions = [Tester.otherRegion];
      await tester.aws.removeRegionsFromReplication({ SecretId, RemoveReplicaRegions });
      await refuses(tester.elsewhere.describeSecret({ SecretId }), notFound);
    },
  ],
  [
    "a secret can be created with replicas",
    async (tester) => {
      const Name = tester.newName();
      const AddReplicaRegions = [{ Region: Tester.otherRegion }];
      await tester.aws.createSecret({ Name, SecretString: "first", AddReplicaRegions });
      const replica = await tester.elsewhere.getSecretValue({ SecretId: Name });
      expect(replica.SecretString).toBe("first");
    },
  ],
];

async function replicated(tester: Tester): Promise<string> {
  const SecretId = await tester.make();
  const AddReplicaRegions = [{ Region: Tester.otherRegion }];
  await tester.aws.replicateSecretToRegions({ SecretId, AddReplicaRegions });
  const { ReplicationStatus } = await tester.aws.describeSecret({ SecretId });
  expect(ReplicationStatus).toMatchObject([{ Region: Tester.otherRegion, Status: "InSync" }]);
  return SecretId;
}
