import type { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type AwsFaultServer, startAwsFaultServer } from "../aws-fault-server.ts";
import { clientOf } from "../reference/tester.ts";

let nowMs: number;
let server: AwsFaultServer;
let aws: SecretsManager;
let west: SecretsManager;
beforeEach(async () => {
  nowMs = 1_000_000_000_000;
  server = await startAwsFaultServer({ now: () => nowMs });
  aws = clientOf(server);
  west = clientOf({ ...server, region: "us-west-2" });
  await aws.createSecret({ Name: "k", SecretString: "first" });
});
afterEach(async () => {
  aws.destroy();
  west.destroy();
  await server.close();
});

const RotationLambdaARN = "arn:aws:lambda:us-east-1:123456789012:function:rotate";
const busy = { name: "InvalidRequestException", message: expect.stringContaining("previous") };

async function look(): Promise<readonly string[]> {
  const { VersionIdsToStages = {} } = await aws.describeSecret({ SecretId: "k" });
  return Object.values(VersionIdsToStages).map((stages) => stages.join("+"));
}

async function rotate(plan: Partial<AwsFaultServer["secretsManager"]["rotationPlan"]>) {
  const { secretsManager } = server;
  secretsManager.rotationPlan = { ...secretsManager.rotationPlan, ...plan };
  return aws.rotateSecret({ SecretId: "k", RotationLambdaARN });
}

describe("a rotation", () => {
  test.each([
    [false, "AWSCURRENT"],
    [true, "AWSPENDING+AWSCURRENT"],
  ])("is pending for as many looks as planned; AWSPENDING stays: %j", async (keepsPending, end) => {
    const { VersionId } = await rotate({ pendingPolls: 3, keepsPending, makeValue: () => "new" });
    for (const _ of [1, 2, 3]) expect(await look()).toEqual(["AWSCURRENT", "AWSPENDING"]);
    expect(await look()).toEqual(["AWSPREVIOUS", end]);
    const read = await aws.getSecretValue({ SecretId: "k" });
    expect([read.SecretString, read.VersionId]).toEqual(["new", VersionId]);
    const { LastRotatedDate } = await aws.describeSecret({ SecretId: "k" });
    expect(Number(LastRotatedDate)).toBe(nowMs);
    await rotate({});
  });

  test("never ends, and holds up the next one", async () => {
    await rotate({ ends: "never" });
    for (const _ of [1, 2, 3, 4, 5]) expect(await look()).toEqual(["AWSCURRENT", "AWSPENDING"]);
    await expect(rotate({ ends: "current" })).rejects.toMatchObject(busy);
  });

  test("fails, and leaves AWSPENDING on a version without a value, which is in no list", async () => {
    const { VersionId } = await rotate({ ends: "empty" });
    expect(await look()).toEqual(["AWSCURRENT", "AWSPENDING"]);
    const pending = aws.getSecretValue({ SecretId: "k", VersionId });
    await expect(pending).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    const { Versions } = await aws.listSecretVersionIds({ SecretId: "k", IncludeDeprecated: true });
    expect(Versions).toHaveLength(1);
    await expect(rotate({})).rejects.toMatchObject(busy);
  });

  test("that is called off ends nowhere, and says what it was about", async () => {
    const { VersionId } = await rotate({ pendingPolls: 1 });
    expect(await aws.cancelRotateSecret({ SecretId: "k" })).toMatchObject({ VersionId });
    for (const _ of [1, 2, 3]) expect(await look()).toEqual(["AWSCURRENT", "AWSPENDING"]);
  });

  test("that is asked for again with its token is the same", async () => {
    const asked = { SecretId: "k", RotationLambdaARN, ClientRequestToken: "t".repeat(32) };
    server.secretsManager.rotationPlan = { ...server.secretsManager.rotationPlan, pendingPolls: 1 };
    await aws.rotateSecret(asked);
    await aws.rotateSecret(asked);
    expect(await look()).toEqual(["AWSCURRENT", "AWSPENDING"]);
  });

  test("needs no function where a service of AWS made the secret", async () => {
    server.secretsManager.region("us-east-1").secret("k").owningService = "rds";
    await aws.rotateSecret({ SecretId: "k" });
    expect(await look()).toEqual(["AWSPREVIOUS", "AWSCURRENT"]);
  });
});

describe("a deletion", () => {
  test("that is forced leaves the name taken for as many creations as planned", async () => {
    server.secretsManager.lingeringCreates = 2;
    await aws.deleteSecret({ SecretId: "k", ForceDeleteWithoutRecovery: true });
    const create = () => aws.createSecret({ Name: "k", SecretString: "again" });
    const refused = { name: "InvalidRequestException" };
    await expect(create()).rejects.toMatchObject(refused);
    await expect(create()).rejects.toMatchObject(refused);
    expect(await create()).toMatchObject({ Name: "k" });
  });

  test("is done when its day has come", async () => {
    await aws.deleteSecret({ SecretId: "k", RecoveryWindowInDays: 7 });
    nowMs += 7 * 86_400_000 - 1;
    await aws.describeSecret({ SecretId: "k" });
    nowMs += 1;
    const described = aws.describeSecret({ SecretId: "k" });
    await expect(described).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });
});

describe("a replica", () => {
  const AddReplicaRegions = [{ Region: "us-west-2", KmsKeyId: "alias/west" }];
  const read = async () => (await west.getSecretValue({ SecretId: "k" })).SecretString;

  test("falls behind and catches up", async () => {
    await aws.replicateSecretToRegions({ SecretId: "k", AddReplicaRegions });
    expect(await read()).toBe("first");
    server.secretsManager.isReplicating = false;
    await aws.putSecretValue({ SecretId: "k", SecretString: "second" });
    expect(await read()).toBe("first");
    server.secretsManager.isReplicating = true;
    await aws.describeSecret({ SecretId: "k" });
    expect(await read()).toBe("second");
    const { KmsKeyId, PrimaryRegion } = await west.describeSecret({ SecretId: "k" });
    expect([KmsKeyId, PrimaryRegion]).toEqual(["alias/west", "us-east-1"]);
  });

  test("is in progress until it is there", async () => {
    server.secretsManager.isReplicating = false;
    const asked = { SecretId: "k", AddReplicaRegions };
    const { ReplicationStatus } = await aws.replicateSecretToRegions(asked);
    expect(ReplicationStatus).toMatchObject([{ Region: "us-west-2", Status: "InProgress" }]);
    await expect(read()).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  test("overwrites what is there only when told", async () => {
    await west.createSecret({ Name: "k", SecretString: "other" });
    const asked = { SecretId: "k", AddReplicaRegions };
    const { ReplicationStatus } = await aws.replicateSecretToRegions(asked);
    expect(ReplicationStatus).toMatchObject([{ Status: "Failed" }]);
    expect(await read()).toBe("other");
    await aws.replicateSecretToRegions({ ...asked, ForceOverwriteReplicaSecret: true });
    expect(await read()).toBe("first");
  });
});

test("250 secrets are three pages", async () => {
  for (let index = 1; index < 250; index++) {
    const input = { Name: `k${index}`, ClientRequestToken: `${"t".repeat(32)}${index}` };
    server.secretsManager.operate("CreateSecret", "us-east-1", input);
  }
  const sizes: number[] = [];
  let NextToken: string | undefined;
  do {
    const page = await aws.listSecrets({ NextToken });
    sizes.push(page.SecretList?.length ?? 0);
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  expect(sizes).toEqual([100, 100, 50]);
});

test("a name that is taken is refused, with a token that is known or another one", async () => {
  const asked = { Name: "n", SecretString: "x", ClientRequestToken: "t".repeat(32) };
  await aws.createSecret(asked);
  const exists = { name: "ResourceExistsException" };
  await expect(aws.createSecret({ ...asked, SecretString: "y" })).rejects.toMatchObject(exists);
  const { ClientRequestToken: _, ...other } = asked;
  await expect(aws.createSecret(other)).rejects.toMatchObject(exists);
});
