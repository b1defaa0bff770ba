import { expect } from "vitest";
import { type Case, refuses } from "./tester.ts";

const RotationLambdaARN = "arn:aws:lambda:us-east-1:123456789012:function:rotate";
const invalidRequest = "InvalidRequestException";

export const rotationCases: readonly Case[] = [
  [
    "a rotation by nobody is refused",
    async (tester) => {
      const SecretId = await tester.make();
      await refuses(tester.aws.rotateSecret({ SecretId }), invalidRequest);
    },
  ],
  [
    "a rotation that is refused leaves the value and no version",
    async (tester) => {
      const SecretId = await tester.make();
      await tester.aws.rotateSecret({ SecretId }).catch(() => {});
      expect(await tester.versionCount(SecretId)).toBe(1);
      expect(await tester.stages(SecretId)).toEqual({ AWSCURRENT: "first" });
    },
  ],
  [
    "a rotation makes a version with the token for its id, and it becomes current with another value",
    async (tester) => {
      const SecretId = await tester.make();
      const ClientRequestToken = tester.newToken();
      const asked = { SecretId, RotationLambdaARN, ClientRequestToken };
      const { VersionId } = await tester.aws.rotateSecret(asked);
      expect(VersionId).toBe(ClientRequestToken);
      const { VersionIdsToStages = {}, RotationEnabled } = await tester.aws.describeSecret({
        SecretId,
      });
      expect(RotationEnabled).toBe(true);
      expect(VersionIdsToStages[ClientRequestToken]).toContain("AWSCURRENT");
      expect(await tester.read(SecretId, { VersionStage: "AWSCURRENT" })).not.toBe("first");
    },
  ],
  [
    "while AWSPENDING is on another version than AWSCURRENT no rotation starts",
    async (tester) => {
      const SecretId = await tester.make();
      const VersionStages = ["AWSPENDING"];
      await tester.aws.putSecretValue({ SecretId, SecretString: "candidate", VersionStages });
      const started = tester.aws.rotateSecret({ SecretId, RotationLambdaARN });
      await refuses(started, invalidRequest);
    },
  ],
  [
    "days and a schedule exclude each other",
    async (tester) => {
      const SecretId = await tester.make();
      const RotationRules = { AutomaticallyAfterDays: 1, ScheduleExpression: "rate(1 day)" };
      const started = tester.aws.rotateSecret({ SecretId, RotationLambdaARN, RotationRules });
      await refuses(started, "InvalidParameterException");
    },
  ],
  [
    "a rotation that is set up but not wanted now makes no version",
    async (tester) => {
      const SecretId = await tester.make();
      const asked = { SecretId, RotationLambdaARN, RotateImmediately: false };
      await tester.aws.rotateSecret({ ...asked, RotationRules: { AutomaticallyAfterDays: 30 } });
      const { RotationEnabled, RotationRules } = await tester.aws.describeSecret({ SecretId });
      expect([RotationEnabled, RotationRules?.AutomaticallyAfterDays]).toEqual([true, 30]);
      expect(await tester.stages(SecretId)).toMatchObject({ AWSCURRENT: "first" });
    },
  ],
  [
    "a rotation that is called off stays off, and says what it was",
    async (tester) => {
      const SecretId = await tester.make();
      await tester.aws.rotateSecret({ SecretId, RotationLambdaARN, RotateImmediately: false });
      await tester.aws.cancelRotateSecret({ SecretId });
      const described = await tester.aws.describeSecret({ SecretId });
      expect(described).toMatchObject({ RotationEnabled: false, RotationLambdaARN });
    },
  ],
];
