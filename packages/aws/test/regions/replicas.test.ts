import { expect, test } from "vitest";
import { AwsSecretStore } from "../../src/index.js";
import { startScriptedAws } from "../support/scripted-aws.js";
import { onEmulators, scripted, track } from "../support/servers.js";

onEmulators((emulated) => {
  const { store } = emulated;
  const there = "us-west-2";

  test("A28: the replica on Moto answers when the primary's endpoint is dead", async () => {
    const aws = store();
    await aws.putSecret("r/copied", "value");
    await aws.replicateSecret("r/copied", [there]);
    expect(await aws.replicationStatus("r/copied")).toMatchObject([{ region: there }]);
    const dead = await startScriptedAws(() => ({ status: 503, body: "" }));
    const { endpoint, credentials } = emulated.server;
    const reader = track(
      new AwsSecretStore({
        ...{ regions: ["us-east-1", there], credentials },
        endpoint: (region) => (region === there ? endpoint : dead.endpoint),
      }),
    );
    const start = performance.now();
    const secret = await reader.getSecret("r/copied");
    expect([secret.value.expose(), secret.store]).toEqual(["value", "aws(us-west-2)"]);
    expect(performance.now() - start).toBeLessThan(1_000);
    await dead.close();
  });

  test("A14: an ARN is read in its own region, whatever the store's", async () => {
    await store({ region: there }).putSecret("r/elsewhere", "of the west");
    const { SecretsManagerClient, DescribeSecretCommand } = await import(
      "@aws-sdk/client-secrets-manager"
    );
    const { endpoint, credentials } = emulated.server;
    const client = new SecretsManagerClient({ endpoint, credentials, region: there });
    const { ARN } = await client.send(new DescribeSecretCommand({ SecretId: "r/elsewhere" }));
    client.destroy();
    const east = store();
    expect((await east.getSecret(ARN as string)).value.expose()).toBe("of the west");
    await expect(east.getSecret("r/elsewhere")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("A30: a replica is not written", async () => {
    const aws = store();
    await aws.putSecret("r/readonly", "value");
    await aws.replicateSecret("r/readonly", [there]);
    const west = store({ region: there });
    expect((await west.getSecret("r/readonly")).value.expose()).toBe("value");
    await expect(west.putSecret("r/readonly", "other")).rejects.toMatchObject({
      ...{ code: "NOT_SUPPORTED", reason: "replica" },
    });
  });
});

test("regions are checked before any request, and KMS keys go along", async () => {
  const { server, store } = await scripted(() => ({
    json: { ReplicationStatus: [{ Region: "us-west-2", Status: "InSync", StatusMessage: "x" }] },
  }));
  for (const regions of [[], ["nowhere/"], [{ region: 1 }], "us-west-2"]) {
    await expect(store.replicateSecret("k", regions as never)).rejects.toMatchObject({
      code: "CONFIGURATION",
    });
  }
  await expect(store.promoteReplica("k", "")).rejects.toMatchObject({ code: "CONFIGURATION" });
  expect(server.calls).toEqual([]);
  const region = "us-west-2";
  const status = [{ region, state: "in-sync" }];
  expect(
    await store.replicateSecret("k", [{ region, kmsKeyId: "alias/k" }], { overwrite: true }),
  ).toEqual(status);
  expect(await store.removeReplicas("k", [region])).toEqual(status);
  await store.promoteReplica("k", region);
  expect(server.calls.map(({ operation, region: at }) => [operation, at])).toEqual([
    ["ReplicateSecretToRegions", "us-east-1"],
    ["RemoveRegionsFromReplication", "us-east-1"],
    ["StopReplicationToReplica", region],
  ]);
  expect(server.calls[0]?.input).toMatchObject({
    AddReplicaRegions: [{ Region: region, KmsKeyId: "alias/k" }],
    ForceOverwriteReplicaSecret: true,
  });
});
