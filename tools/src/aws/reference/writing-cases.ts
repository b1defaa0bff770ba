import { expect } from "vitest";
import { type Case, refuses } from "./tester.ts";

const exists = "ResourceExistsException";

export const writingCases: readonly Case[] = [
  [
    "a creation that is repeated with its token does nothing",
    async (tester) => {
      const Name = tester.newName();
      const asked = { Name, SecretString: "first", ClientRequestToken: tester.newToken() };
      const [one, other] = [
        await tester.aws.createSecret(asked),
        await tester.aws.createSecret(asked),
      ];
      expect(other).toMatchObject({ ARN: one.ARN, VersionId: asked.ClientRequestToken });
      expect(await tester.versionCount(Name)).toBe(1);
    },
  ],
  [
    "a creation of a name that is taken is refused",
    async (tester) => {
      const Name = await tester.make();
      await refuses(tester.aws.createSecret({ Name, SecretString: "other" }), exists);
    },
  ],
  [
    "a put that is repeated with its token does nothing, and AWSPREVIOUS stays",
    async (tester) => {
      const SecretId = await tester.make();
      const asked = { SecretId, SecretString: "second", ClientRequestToken: tester.newToken() };
      await tester.aws.putSecretValue(asked);
      await tester.aws.putSecretValue(asked);
      expect(await tester.stages(SecretId)).toEqual({ AWSCURRENT: "second", AWSPREVIOUS: "first" });
      expect(await tester.versionCount(SecretId)).toBe(2);
    },
  ],
  [
    "a put that is repeated after another one does not undo that",
    async (tester) => {
      const SecretId = await tester.make();
      const asked = { SecretId, SecretString: "mine", ClientRequestToken: tester.newToken() };
      await tester.aws.putSecretValue(asked);
      await tester.aws.putSecretValue({ SecretId, SecretString: "other" });
      await tester.aws.putSecretValue(asked);
      expect(await tester.stages(SecretId)).toEqual({ AWSCURRENT: "other", AWSPREVIOUS: "mine" });
    },
  ],
  [
    "a token that has another value is refused, and the value stays",
    async (tester) => {
      const SecretId = await tester.make();
      const ClientRequestToken = tester.newToken();
      await tester.aws.putSecretValue({ SecretId, SecretString: "second", ClientRequestToken });
      const other = { SecretId, SecretString: "third", ClientRequestToken };
      await refuses(tester.aws.putSecretValue(other), exists);
      expect(await tester.read(SecretId)).toBe("second");
    },
  ],
  [
    "an update with the token of a version is refused",
    async (tester) => {
      const SecretId = await tester.make();
      const asked = { SecretId, SecretString: "second", ClientRequestToken: tester.newToken() };
      await tester.aws.updateSecret(asked);
      await refuses(tester.aws.updateSecret(asked));
    },
  ],
  [
    "the first version is current, whatever its labels",
    async (tester) => {
      const SecretId = tester.newName();
      await tester.aws.createSecret({ Name: SecretId });
      const VersionStages = ["AWSPENDING"];
      await tester.aws.putSecretValue({ SecretId, SecretString: "first", VersionStages });
      expect(await tester.read(SecretId)).toBe("first");
    },
  ],
  [
    "an update of the description makes no version, and an empty one clears it",
    async (tester) => {
      const SecretId = await tester.make();
      await tester.aws.updateSecret({ SecretId, Description: "text" });
      expect(await tester.aws.describeSecret({ SecretId })).toMatchObject({ Description: "text" });
      await tester.aws.updateSecret({ SecretId, Description: "" });
      expect((await tester.aws.describeSecret({ SecretId })).Description ?? "").toBe("");
      expect(await tester.versionCount(SecretId)).toBe(1);
    },
  ],
  [
    "tags are added, overwritten and removed by their key",
    async (tester) => {
      const SecretId = await tester.make();
      const tag = (Key: string, Value: string) =>
        tester.aws.tagResource({ SecretId, Tags: [{ Key, Value }] });
      for (const [key, value] of [
        ["a", "1"],
        ["A", "2"],
        ["a", "3"],
      ] as const)
        await tag(key, value);
      await tester.aws.untagResource({ SecretId, TagKeys: ["A", "absent"] });
      const { Tags } = await tester.aws.describeSecret({ SecretId });
      expect(Tags).toEqual([{ Key: "a", Value: "3" }]);
    },
  ],
  [
    "moving AWSCURRENT takes AWSPREVIOUS along",
    async (tester) => {
      const SecretId = await tester.make();
      const first = (await tester.aws.getSecretValue({ SecretId })).VersionId;
      const second = (await tester.aws.putSecretValue({ SecretId, SecretString: "second" }))
        .VersionId;
      await tester.aws.updateSecretVersionStage({
        ...{ SecretId, VersionStage: "AWSCURRENT" },
        ...{ MoveToVersionId: first, RemoveFromVersionId: second },
      });
      expect(await tester.stages(SecretId)).toEqual({ AWSCURRENT: "first", AWSPREVIOUS: "second" });
    },
  ],
  [
    "a label moves only from the version that is named",
    async (tester) => {
      const SecretId = await tester.make();
      const first = (await tester.aws.getSecretValue({ SecretId })).VersionId;
      await tester.aws.putSecretValue({ SecretId, SecretString: "second" });
      const move = { SecretId, VersionStage: "AWSCURRENT", MoveToVersionId: first };
      const unnamed = tester.aws.updateSecretVersionStage(move);
      await refuses(unnamed, "InvalidParameterException");
      const wrong = { ...move, RemoveFromVersionId: first };
      await refuses(tester.aws.updateSecretVersionStage(wrong), "InvalidParameterException");
      expect(await tester.read(SecretId)).toBe("second");
    },
  ],
];

export const limitCases: readonly Case[] = [
  [
    "a value has 65,536 bytes at the most, whatever its characters",
    async (tester) => {
      const SecretId = await tester.make("é".repeat(32_768));
      await refuses(tester.aws.putSecretValue({ SecretId, SecretString: "é".repeat(32_769) }));
    },
  ],
  [
    "a value is not empty",
    async (tester) => {
      const SecretId = await tester.make();
      await refuses(tester.aws.putSecretValue({ SecretId, SecretString: "" }));
    },
  ],
  [
    "a value is text or binary, not both",
    async (tester) => {
      const SecretId = await tester.make();
      const SecretBinary = new Uint8Array([1]);
      await refuses(tester.aws.putSecretValue({ SecretId, SecretString: "x", SecretBinary }));
    },
  ],
  [
    "a name has letters, digits and a few signs",
    (tester) => refuses(tester.aws.createSecret({ Name: "a b", SecretString: "x" })),
  ],
  [
    "a token has 32 to 64 characters",
    async (tester) => {
      const SecretId = await tester.make();
      const short = { SecretId, SecretString: "x", ClientRequestToken: "x".repeat(31) };
      await refuses(tester.aws.putSecretValue(short));
    },
  ],
  [
    "a secret has 50 tags at the most",
    async (tester) => {
      const SecretId = await tester.make();
      const tag = (index: number) => ({ Key: `t${index}`, Value: "1" });
      const Tags = Array.from({ length: 50 }, (_, index) => tag(index));
      await tester.aws.tagResource({ SecretId, Tags });
      await refuses(tester.aws.tagResource({ SecretId, Tags: [tag(50)] }));
    },
  ],
  [
    "a batch has 20 secrets at the most",
    async (tester) => {
      const SecretIdList = Array.from({ length: 21 }, () => tester.newName());
      await refuses(tester.aws.batchGetSecretValue({ SecretIdList }));
    },
  ],
  [
    "days until a deletion are 7 to 30, or it is forced, not both",
    async (tester) => {
      const SecretId = await tester.make();
      for (const RecoveryWindowInDays of [6, 31]) {
        await refuses(tester.aws.deleteSecret({ SecretId, RecoveryWindowInDays }));
      }
      const both = { SecretId, RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true };
      await refuses(tester.aws.deleteSecret(both));
    },
  ],
];
