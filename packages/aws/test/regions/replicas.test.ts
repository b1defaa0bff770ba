import { describe, expect, test } from "vitest";
import { AwsSecretStore } from "../../src/index.js";
import { type AsAws, startAsAws } from "../support/as-aws.js";
import { type Reply, startScriptedAws } from "../support/scripted-aws.js";
import { type Emulated, onEmulators } from "../support/servers.js";
import { msOf, onThisMachine } from "./support/region-time.js";
import { closing, east, nobody, startRegions, unavailable, west } from "./support/regions.js";

/** The primary of a secret on an emulator, its ARN, and what its replica was asked for. */
async function replicated(emulated: Emulated, key: string, value = "value") {
  const aws = emulated.store();
  await aws.putSecret(key, value);
  await aws.replicateSecret(key, [west]);
  const asked: string[] = [];
  const replica: AsAws = closing(
    await startAsAws(emulated.server.endpoint, {}, (operation) => asked.push(operation)),
  );
  return { aws, asked, replica };
}

/** A store whose primary does as a script says, or is nobody, and whose replica is an emulator's. */
async function readerOf(primary: Reply | "nobody" | AsAws, replica: AsAws, { server }: Emulated) {
  const isServer = typeof primary === "object" && "endpoint" in primary;
  const { endpoint } = isServer
    ? primary
    : primary === "nobody"
      ? { endpoint: nobody }
      : closing(await startScriptedAws(() => primary));
  return closing(
    new AwsSecretStore({
      ...{ regions: [east, west], credentials: server.credentials },
      endpoint: (region) => (region === east ? endpoint : replica.endpoint),
    }),
  );
}

async function arnOf(emulated: Emulated, region: string, key: string): Promise<string> {
  const { SecretsManagerClient, DescribeSecretCommand } = await import(
    "@aws-sdk/client-secrets-manager"
  );
  const { endpoint, credentials: own } = emulated.server;
  const client = new SecretsManagerClient({ endpoint, credentials: own, region });
  const { ARN } = await client.send(new DescribeSecretCommand({ SecretId: key }));
  client.destroy();
  return ARN as string;
}

onEmulators((emulated) => {
  const { store } = emulated;

  test.each<[string, Reply | "nobody", number]>([
    ["refuses connections", "nobody", 1_000],
    ["resets them", "reset", 1_000],
    ["answers 503", unavailable, 1_000],
    ["sends half an answer", "half", 1_000],
    ["hangs", "hang", 2_000 + 1_000],
  ])("A28: the primary %s: the replica's real answer, in time", async (what, reply, most) => {
    const key = `r/copied-${what.replaceAll(" ", "-")}`;
    const { aws, replica } = await replicated(emulated, key);
    expect(await aws.replicationStatus(key)).toMatchObject([{ region: west }]);
    const direct = store({ region: west });
    const mostMs = await onThisMachine(most, () => direct.getSecret(key));
    const reader = await readerOf(reply, replica, emulated);
    const [durationMs, secret] = await msOf(() => reader.getSecret(key));
    expect(durationMs).toBeLessThan(mostMs);
    expect([secret.value.expose(), secret.store]).toEqual(["value", "aws(us-west-2)"]);
  });

  test.each<[string, Reply | undefined, string]>([
    ["it is not there, and it is not", undefined, "NOT_FOUND"],
    ["it is denied", { error: "AccessDeniedException" }, "PERMISSION_DENIED"],
  ])("A28: the primary says that %s: the replica is not asked", async (_, reply, code) => {
    const key = `r/believed-${code}`;
    await store({ region: west }).putSecret(key, "of the west");
    const asked: string[] = [];
    const count = (operation: string) => asked.push(operation);
    const replica = closing(await startAsAws(emulated.server.endpoint, {}, count));
    const primary = reply ?? closing(await startAsAws(emulated.server.endpoint, {}));
    const reader = await readerOf(primary, replica, emulated);
    await expect(reader.getSecret(key)).rejects.toMatchObject({ code });
    expect((await reader.getSecrets([key, `${key}-2`])).errors.get(key)).toMatchObject({ code });
    expect(asked).toEqual([]);
  });

  test("A28: a batch of names and ARNs of the primary is read from the replica", async () => {
    const { aws, asked, replica } = await replicated(emulated, "r/batch-1");
    await aws.putSecret("r/batch-2", "second");
    await aws.replicateSecret("r/batch-2", [west]);
    const arn = await arnOf(emulated, east, "r/batch-2");
    expect(arn).toContain(`:${east}:`);
    const reader = await readerOf("reset", replica, emulated);
    const { secrets, errors } = await reader.getSecrets(["r/batch-1", arn]);
    expect([...errors.values()]).toEqual([]);
    expect([...secrets].map(([key, { value, store: by }]) => [key, value.expose(), by])).toEqual([
      ["r/batch-1", "value", "aws(us-west-2)"],
      [arn, "second", "aws(us-west-2)"],
    ]);
    expect(asked).toEqual(["BatchGetSecretValue"]);
    expect((await reader.getSecret(arn)).value.expose()).toBe("second");
  });

  test("A14: an ARN is read in its own region, whatever the store's", async () => {
    await store({ region: west }).putSecret("r/elsewhere", "of the west");
    const arn = await arnOf(emulated, west, "r/elsewhere");
    const inEast = store();
    expect((await inEast.getSecret(arn)).value.expose()).toBe("of the west");
    await expect(inEast.getSecret("r/elsewhere")).rejects.toMatchObject({ code: "NOT_FOUND" });
    const inBoth = store({ region: undefined, regions: [east, west] });
    expect((await inBoth.getSecret(arn)).store).toBe("aws(us-west-2)");
    expect((await inBoth.getSecrets([arn, "r/elsewhere"])).secrets.size).toBe(1);
  });

  test("A30: a replica is not written", async () => {
    await replicated(emulated, "r/readonly");
    const inWest = store({ region: west });
    expect((await inWest.getSecret("r/readonly")).value.expose()).toBe("value");
    await expect(inWest.putSecret("r/readonly", "other")).rejects.toMatchObject({
      ...{ code: "NOT_SUPPORTED", reason: "replica" },
    });
    expect((await inWest.getSecret("r/readonly")).value.expose()).toBe("value");
  });

  test("a secret that is made in a store of several regions is in the primary only", async () => {
    await store({ region: undefined, regions: [east, west] }).putSecret("r/alone", "value");
    expect((await store().getSecret("r/alone")).value.expose()).toBe("value");
    await expect(store({ region: west }).getSecret("r/alone")).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });
});

onEmulators((emulated) => {
  test("replicas that are removed are gone; those of another secret stay", async () => {
    const { aws } = await replicated(emulated, "r/removed");
    await aws.replicateSecret("r/removed", ["eu-west-1"]);
    const left = await aws.removeReplicas("r/removed", [west]);
    expect(left.map(({ region }) => region)).toEqual(["eu-west-1"]);
    await expect(aws.replicationStatus("r/nowhere")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(emulated.store({ region: west }).getSecret("r/removed")).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });
}, "moto");

describe("replication, on a scripted server", () => {
  const region = { Region: west };
  const arnIn = (name: string) => `arn:aws:secretsmanager:${name}:123456789012:secret:k-AbCdEf`;

  test("the status of a replica has no text of the service's", async () => {
    const ReplicationStatus = [
      { ...region, Status: "InSync", KmsKeyId: "alias/k", LastAccessedDate: 1_700_000_000 },
      { Region: "eu-west-1", Status: "Failed", StatusMessage: "Secret SEKRIT exists already" },
      { Region: "eu-west-2", Status: "InProgress" },
      { Region: "eu-west-3", Status: "SomethingNew" },
    ];
    const aws = await startRegions({ [east]: { json: { ReplicationStatus } } });
    const status = await aws.store().replicationStatus("k");
    expect(status).toEqual([
      {
        ...{ region: west, state: "in-sync", kmsKeyId: "alias/k" },
        lastAccessedAt: "2023-11-14T22:13:20.000Z",
      },
      { region: "eu-west-1", state: "failed" },
      { region: "eu-west-2", state: "in-progress" },
      { region: "eu-west-3", state: "unknown" },
    ]);
    expect(Object.isFrozen(status[0])).toBe(true);
    const none = await startRegions({ [east]: { json: {} } });
    expect(await none.store().replicationStatus("k")).toEqual([]);
  });

  test("each request goes where AWS wants it, with what was asked for", async () => {
    const answer: Reply = { json: { ReplicationStatus: [{ ...region, Status: "InSync" }] } };
    const aws = await startRegions({ [east]: answer, [west]: answer });
    const store = aws.store();
    const inSync = [{ region: west, state: "in-sync" }];
    const replicas = [{ region: west, kmsKeyId: "alias/k" }, "eu-west-1"];
    expect(await store.replicateSecret("k", replicas, { overwrite: true })).toEqual(inSync);
    expect(await store.replicateSecret(arnIn(east), [west])).toEqual(inSync);
    expect(await store.removeReplicas("k", [west])).toEqual(inSync);
    await store.promoteReplica("k", west);
    await store.promoteReplica(arnIn(east), west);
    const inputs = (name: string) => aws.region(name).server.calls.map(({ input }) => input);
    expect(aws.asked(east)).toEqual([
      ...["ReplicateSecretToRegions", "ReplicateSecretToRegions", "RemoveRegionsFromReplication"],
    ]);
    expect(inputs(east)).toEqual([
      {
        ...{ SecretId: "k", ForceOverwriteReplicaSecret: true },
        AddReplicaRegions: [{ Region: west, KmsKeyId: "alias/k" }, { Region: "eu-west-1" }],
      },
      {
        ...{ SecretId: arnIn(east), ForceOverwriteReplicaSecret: false },
        AddReplicaRegions: [region],
      },
      { SecretId: "k", RemoveReplicaRegions: [west] },
    ]);
    expect(aws.asked(west)).toEqual(Array(2).fill("StopReplicationToReplica"));
    expect(inputs(west)).toEqual([{ SecretId: "k" }, { SecretId: arnIn(west) }]);
  });

  test("what is no region is refused before any request, and not quoted", async () => {
    const aws = await startRegions({ [east]: { json: {} }, [west]: { json: {} } });
    const store = aws.store();
    const wrong: readonly unknown[] = [
      ...[[], ["SEKRIT/"], [{ region: 1 }], [null], west, undefined, [west, west], [""]],
      ...[[{ region: west, kmsKeyId: "" }], [{ region: west, kmsKey: "alias/k" }], [{}]],
    ];
    const refusals = await Promise.all([
      ...wrong.map((regions) => store.replicateSecret("k", regions as never).catch(String)),
      ...wrong.map((regions) => store.removeReplicas("k", regions as never).catch(String)),
      ...["", "SEKRIT!", undefined].map((name) =>
        store.promoteReplica("k", name as never).catch(String),
      ),
      store.replicateSecret("k", [west], { overwrite: "yes" as never }).catch(String),
    ]);
    for (const refusal of refusals) {
      expect(refusal).toMatch(/Invalid configuration/);
      expect(refusal).not.toContain("SEKRIT");
    }
    expect([aws.asked(east), aws.asked(west)]).toEqual([[], []]);
  });

  test("one client for several regions would read all of them from one", () => {
    const client = { send: async () => ({}) };
    const make = (options: object) => () => closing(new AwsSecretStore({ client, ...options }));
    expect(make({ regions: [east, west] })).toThrow(
      expect.objectContaining({ code: "CONFIGURATION" }),
    );
    expect(make({ regions: [east] })).not.toThrow();
    expect(make({ regions: [east, west], client: () => client })).not.toThrow();
  });
});

describe("health, in a store of several regions", () => {
  const absent: Reply = { error: "ResourceNotFoundException" };
  test.each<[string, Reply, Reply, object, object]>([
    ["the primary answers", absent, "reset", {}, { ok: true, state: "ready" }],
    ["a replica does", "reset", absent, {}, { ok: true, state: "degraded" }],
    ["nobody does", "reset", "reset", {}, { ok: false, state: "network" }],
    [
      "only the primary has what is asked for",
      ...([
        "reset",
        absent,
        { healthKey: "prod/canary" },
        { ok: false, state: "network" },
      ] as const),
    ],
  ])("%s", async (_, primary, replica, options, report) => {
    const aws = await startRegions({ [east]: primary, [west]: replica });
    expect(await aws.store(options).healthCheck()).toMatchObject(report);
  });
});
