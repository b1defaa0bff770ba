import { expect } from "vitest";
import { type Case, refuses } from "./tester.ts";

const invalidRequest = "InvalidRequestException";

export const deletionCases: readonly Case[] = [
  [
    "what is going to be deleted is not read or updated",
    async (tester) => {
      const SecretId = await tester.make();
      await tester.aws.deleteSecret({ SecretId });
      await refuses(tester.aws.getSecretValue({ SecretId }), invalidRequest);
      await refuses(tester.aws.updateSecret({ SecretId, SecretString: "x" }), invalidRequest);
    },
  ],
  [
    "what is going to be deleted takes no new value",
    async (tester) => {
      const SecretId = await tester.make();
      await tester.aws.deleteSecret({ SecretId });
      await refuses(tester.aws.putSecretValue({ SecretId, SecretString: "x" }), invalidRequest);
    },
  ],
  [
    "the name of what is going to be deleted is refused as such",
    async (tester) => {
      const Name = await tester.make();
      await tester.aws.deleteSecret({ SecretId: Name });
      await refuses(tester.aws.createSecret({ Name, SecretString: "x" }), invalidRequest);
    },
  ],
  [
    "a deletion shows its date in 30 days, and can be called off",
    async (tester) => {
      const SecretId = await tester.make();
      await tester.aws.deleteSecret({ SecretId });
      const { DeletedDate } = await tester.aws.describeSecret({ SecretId });
      const days = (Number(DeletedDate) - Date.now()) / 86_400_000;
      expect(days).toBeGreaterThan(29.9);
      expect(days).toBeLessThan(30.1);
      await tester.aws.restoreSecret({ SecretId });
      expect(await tester.read(SecretId)).toBe("first");
    },
  ],
  [
    "a forced deletion takes effect at once, and succeeds without the secret",
    async (tester) => {
      const asked = { SecretId: await tester.make(), ForceDeleteWithoutRecovery: true };
      await tester.aws.deleteSecret(asked);
      await tester.aws.deleteSecret(asked);
      await refuses(tester.aws.describeSecret(asked), "ResourceNotFoundException");
    },
  ],
];
