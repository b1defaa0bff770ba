import { onAudit, toArray } from "@llm-orchestrator/secrets-core";
import { until } from "secrets-tools/openbao";
import { describe, expect, test } from "vitest";
import { AwsSecretStore } from "../../src/index.js";
import { aSecret, type Reply } from "../support/scripted-aws.js";
import { msOf, onThisMachine } from "./support/region-time.js";
import {
  closing,
  dated,
  down,
  east,
  ireland,
  nobody,
  startRegions,
  unavailable,
  west,
} from "./support/regions.js";

const copy = aSecret("of the replica");
const three = { maxAttempts: 3 };
const failures: readonly (readonly [string, Reply, object, number])[] = [
  ["resets", "reset", three, 1_000],
  ["answers 503", unavailable, three, 1_000],
  ["answers 500 and a class", { error: "InternalServiceError", status: 500 }, three, 1_000],
  ["sends half", "half", three, 1_000],
  ["throttles to the end", { error: "ThrottlingException" }, {}, 1_000],
  ["hangs", "hang", three, 2_000 + 1_000],
];

describe("A28: the primary cannot be had", () => {
  test.each(failures)(
    "it %s: the replica answers, in time, and is named",
    async (_, reply, options, most) => {
      const aws = await startRegions({ [east]: aSecret("v"), [west]: copy });
      const store = aws.store(options);
      const mostMs = await onThisMachine(most, () => store.getSecret("k"));
      aws.region(east).script = () => reply;
      const [durationMs, secret] = await msOf(() => store.getSecret("k"));
      expect(durationMs).toBeLessThan(mostMs);
      expect([secret.value.expose(), secret.store]).toEqual(["of the replica", "aws(us-west-2)"]);
      expect(aws.region(west).server.calls.map(({ region }) => region)).toEqual([west]);
    },
  );

  test("nobody listens there: in time; nor anywhere: the primary's error, and each region's", async () => {
    const aws = await startRegions({ [east]: "hang", [west]: copy });
    const { endpoint } = aws.region(west).server;
    const direct = aws.store({ regions: [west] });
    const mostMs = await onThisMachine(1_000, () => direct.getSecret("k"));
    const store = aws.store({ ...three, endpoint: (name) => (name === east ? nobody : endpoint) });
    const [durationMs, secret] = await msOf(() => store.getSecret("k"));
    expect(secret.store).toBe("aws(us-west-2)");
    expect(durationMs).toBeLessThan(mostMs);
    const lost = aws.store({ ...three, endpoint: nobody });
    await expect(lost.getSecret("k")).rejects.toMatchObject({
      ...{ ...down, reason: "network", key: "k", retryable: true },
      errors: { [east]: { reason: "network" }, [west]: { reason: "network" } },
    });
  });

  test("the error is the primary's, whatever the replicas say, and theirs stand beside it", async () => {
    const aws = await startRegions({
      [east]: { error: "ThrottlingException" },
      [west]: { error: "ResourceNotFoundException" },
      [ireland]: { error: "AccessDeniedException" },
    });
    await expect(aws.store().getSecret("k")).rejects.toMatchObject({
      code: "THROTTLED",
      errors: {
        [east]: { code: "THROTTLED" },
        [west]: { code: "NOT_FOUND" },
        [ireland]: { code: "PERMISSION_DENIED" },
      },
    });
  });

  test.each(["EAI_AGAIN", "ENOTFOUND", "ECONNREFUSED", "ETIMEDOUT", "EHOSTUNREACH"])(
    "%s: the replica answers",
    async (code) => {
      const fail = async () => Promise.reject(Object.assign(new Error("of the system"), { code }));
      const { json } = copy as { readonly json: object };
      const client = (name: string | undefined) => ({
        send: name === east ? fail : async () => json,
      });
      const store = closing(new AwsSecretStore({ regions: [east, west], client }));
      expect((await store.getSecret("k")).store).toBe("aws(us-west-2)");
    },
  );

  test("replicas are asked in their order, each once", async () => {
    const aws = await startRegions({ [east]: "reset", [west]: unavailable, [ireland]: copy });
    expect((await aws.store().getSecret("k")).store).toBe("aws(eu-west-1)");
    expect([east, west, ireland].map((name) => aws.asked(name).length)).toEqual([1, 1, 1]);
  });

  test("earlier versions are read from a replica too", async () => {
    const aws = await startRegions({ [east]: "reset", [west]: copy });
    const store = aws.store();
    const id = "11111111-1111-4111-8111-111111111111";
    for (const version of ["previous", "current", id, "CUSTOM"]) {
      expect(await store.getSecretVersion("k", version)).toMatchObject({ store: "aws(us-west-2)" });
    }
    const asked = aws.region(west).server.calls.map(({ input }) => input);
    expect(asked).toMatchObject([
      ...[{ VersionStage: "AWSPREVIOUS" }, { VersionStage: "AWSCURRENT" }],
      ...[{ VersionId: id }, { VersionStage: "CUSTOM" }],
    ]);
  });

  test("each request counts as an attempt", async () => {
    const aws = await startRegions({ [east]: unavailable, [west]: copy });
    const attempts: number[] = [];
    const stop = onAudit((event) => attempts.push(event.attempts));
    await aws.store().getSecret("k");
    await aws.store(three).getSecret("k");
    stop();
    expect(attempts).toEqual([2, 4]);
  });
});

describe("A28: what the primary says is believed", () => {
  test.each<readonly [string, Reply, string]>([
    ["not found", { error: "ResourceNotFoundException" }, "NOT_FOUND"],
    [
      "going to be deleted",
      { error: "InvalidRequestException", message: "marked for deletion" },
      "NOT_FOUND",
    ],
    ["denied", { error: "AccessDeniedException" }, "PERMISSION_DENIED"],
    ["denied, without a class", { status: 403, body: "<Error/>" }, "PERMISSION_DENIED"],
    ["no use of the KMS key", { error: "DecryptionFailure" }, "PERMISSION_DENIED"],
    ["who are you", { error: "UnrecognizedClientException" }, "AUTHENTICATION_FAILED"],
    ["too late a signature", { error: "RequestExpired" }, "AUTHENTICATION_FAILED"],
    ["a wrong parameter", { error: "InvalidParameterException" }, "INVALID_SECRET"],
  ])("%s", async (_, reply, code) => {
    const aws = await startRegions({ [east]: reply, [west]: copy });
    const store = aws.store();
    await expect(store.getSecret("k")).rejects.toMatchObject({ code });
    await expect(store.getSecretVersion("k", "previous")).rejects.toMatchObject({ code });
    for (let read = 0; read < 5; read++) await store.getSecret("k").catch(() => {});
    expect(aws.asked(west)).toEqual([]);
  });

  test("a configuration that cannot work", async () => {
    const aws = await startRegions({ [east]: copy, [west]: copy });
    const endpoint = (name: string) =>
      name === east ? "http://secrets.example" : aws.region(west).server.endpoint;
    await expect(aws.store({ endpoint }).getSecret("k")).rejects.toMatchObject({
      code: "CONFIGURATION",
    });
    expect(aws.asked(west)).toEqual([]);
  });

  test("and is named, when it answers", async () => {
    const aws = await startRegions({ [east]: aSecret("v"), [west]: copy });
    expect((await aws.store().getSecret("k")).store).toBe("aws(us-east-1)");
    expect(aws.asked(west)).toEqual([]);
  });
});

describe("ARNs, in a store of several regions", () => {
  const arnIn = (region: string, name = "k-AbCdEf") =>
    `arn:aws:secretsmanager:${region}:123456789012:secret:${name}`;
  const idsIn = (aws: Awaited<ReturnType<typeof startRegions>>, name: string) =>
    aws.region(name).server.calls.map(({ input }) => input.SecretId);

  test("of the primary: a replica is asked for its own", async () => {
    const aws = await startRegions({ [east]: "reset", [west]: copy });
    const store = aws.store();
    for (const key of [arnIn(east), arnIn(east, "k")]) await store.getSecret(key);
    expect(idsIn(aws, west)).toEqual([arnIn(west), arnIn(west, "k")]);
  });

  test("of a replica: that region is the first to ask, and is believed", async () => {
    const absent: Reply = { error: "ResourceNotFoundException" };
    const aws = await startRegions({ [east]: absent, [west]: copy });
    const store = aws.store();
    expect((await store.getSecret(arnIn(west))).store).toBe("aws(us-west-2)");
    expect(aws.asked(east)).toEqual([]);
    aws.region(west).script = () => "reset";
    aws.region(east).script = () => aSecret("of the primary");
    expect((await store.getSecret(arnIn(west))).store).toBe("aws(us-east-1)");
    expect(idsIn(aws, east)).toEqual([arnIn(east)]);
  });

  test("of a region that is none of the store's: asked there, and nowhere else", async () => {
    const aws = await startRegions({ [east]: copy, [west]: copy, [ireland]: copy });
    const store = aws.store({ regions: [east, west], regionTimeoutMs: 1 });
    expect((await store.getSecret(arnIn(ireland))).store).toBe("aws(eu-west-1)");
    aws.region(ireland).script = () => "reset";
    await expect(store.getSecret(arnIn(ireland))).rejects.toMatchObject(down);
    expect([idsIn(aws, ireland), aws.asked(east), aws.asked(west)]).toEqual([
      ...[[arnIn(ireland), arnIn(ireland)], [], []],
    ]);
  });
});

describe("A29: never to another region go", () => {
  test("writes, descriptions, versions, lists, replication", async () => {
    const aws = await startRegions({ [east]: unavailable, [west]: copy });
    const store = aws.store();
    const arn = `arn:aws:secretsmanager:${east}:123456789012:secret:k-AbCdEf`;
    const expectedVersion = "11111111-1111-4111-8111-111111111111";
    const outcomes = await Promise.allSettled([
      store.putSecret("k", "v"),
      store.putSecret(arn, "v"),
      store.putSecret("k", "v", { expectedVersion }),
      store.deleteSecret("k"),
      store.restoreSecret("k"),
      store.describeSecret("k"),
      store.getSecretVersions("k"),
      toArray(store.listSecrets()),
      store.rotateSecret("k"),
      store.rollback("k"),
      store.replicateSecret("k", [west]),
      store.replicationStatus("k"),
      store.removeReplicas("k", [west]),
    ]);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: "rejected", reason: down });
    }
    expect(aws.asked(west)).toEqual([]);
  });

  test("changes of what a replica gave: they are compared and set at the primary", async () => {
    const aws = await startRegions({ [east]: unavailable, [west]: dated('{"f":"1"}', 1_000) });
    const store = aws.store();
    let generated = 0;
    const generate = () => `g${++generated}`;
    await expect(store.putSecret("k", "v", { field: "f" })).rejects.toMatchObject(down);
    await expect(store.rotateSecret("k", { field: "f", generate })).rejects.toMatchObject(down);
    expect(new Set(aws.asked(west))).toEqual(new Set(["GetSecretValue"]));
    expect(generated).toBe(0);
  });
});

describe("a read that is cancelled", () => {
  test.each([east, west])(
    "while %s is asked: its reason, and nobody else is asked",
    async (hung) => {
      const reason = new Error("enough");
      const aws = await startRegions({ [east]: "reset", [west]: copy, [ireland]: copy });
      aws.region(hung).script = () => "hang";
      const controller = new AbortController();
      const { signal } = controller;
      const store = aws.store({ regionTimeoutMs: 60_000 });
      const running = store.getSecret("k", { signal }).catch((error: unknown) => error);
      await until("it is asked", () => aws.asked(hung).length === 1);
      controller.abort(reason);
      expect(await running).toBe(reason);
      expect(aws.asked(ireland)).toEqual([]);
      const { server } = aws.region(hung);
      await until("its socket is gone", async () => (await server.connections()) === 0);
    },
  );
});
