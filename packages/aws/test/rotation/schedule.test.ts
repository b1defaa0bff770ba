import { type AuditEvent, onAudit } from "@llm-orchestrator/secrets-core";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { AwsCreateWithRotationOptions, AwsSecretStore } from "../../src/index.js";
import { AwsFault, type AwsModel, lost, outage } from "./support/aws-model.js";
import { openModel } from "./support/model-store.js";
import { codeOf, failure } from "./support/outcomes.js";

const lambdaArn = "arn:aws:lambda:us-east-1:123456789012:function:rotate";
const monthly = { everyDays: 30, lambdaArn };

let aws: AwsModel;
let store: AwsSecretStore;
beforeEach(async () => {
  ({ aws, store } = await openModel());
});

const create = (options: AwsCreateWithRotationOptions = monthly, value = "first") =>
  store.createSecretWithRotation("app/key", value, options);

/** What the last request of an operation held. */
function lastOf(operation: string): unknown {
  return aws.inputs[aws.log.lastIndexOf(operation)];
}

describe("a secret that is created with its rotation", () => {
  test("takes two requests, and is returned as created", async () => {
    const secret = await create({
      ...{ schedule: "cron(0 16 1,15 * ? *)", durationHours: 2, lambdaArn },
      ...{ description: "for the app", tags: { team: "ai" } },
    });
    expect(aws.log).toEqual(["CreateSecret", "RotateSecret"]);
    expect(lastOf("CreateSecret")).toMatchObject({
      ...{ Name: "app/key", SecretString: "first", Description: "for the app" },
      Tags: [{ Key: "team", Value: "ai" }],
    });
    expect(lastOf("RotateSecret")).toEqual({
      ...{ SecretId: "app/key", ClientRequestToken: expect.any(String) },
      RotationRules: { ScheduleExpression: "cron(0 16 1,15 * ? *)", Duration: "2h" },
      ...{ RotationLambdaARN: lambdaArn, RotateImmediately: true },
    });
    expect(secret).toMatchObject({
      ...{ key: "app/key", description: "for the app", tags: { team: "ai" } },
      labels: ["AWSCURRENT"],
    });
    expect(secret.value.expose()).toBe("first");
    expect(secret.version).toBe(aws.holder("app/key", "AWSCURRENT"));
  });

  test("may be one that a partner of AWS rotates, without a function", async () => {
    aws.script = (operation, _input, go) => (operation === "RotateSecret" ? {} : go());
    const managedRoleArn = "arn:aws:iam::123456789012:role/rotates";
    await create({
      ...{ everyDays: 7, managedType: "SalesforceClientSecret", managedRoleArn },
      ...{ managedMetadata: { client: "abc" }, rotateImmediately: false },
    });
    expect(lastOf("CreateSecret")).toMatchObject({ Type: "SalesforceClientSecret" });
    expect(lastOf("RotateSecret")).toMatchObject({
      RotationRules: { AutomaticallyAfterDays: 7 },
      ExternalSecretRotationMetadata: [{ Key: "client", Value: "abc" }],
      ...{ ExternalSecretRotationRoleArn: managedRoleArn, RotateImmediately: false },
    });
    expect(lastOf("RotateSecret")).not.toHaveProperty("RotationLambdaARN");
  });

  test("A27: when its second step fails the error says that it is created, and a second call resumes", async () => {
    for (const fault of [new AwsFault("AccessDeniedException"), outage(), lost]) {
      aws.secrets.clear();
      aws.script = (operation, _input, go) => {
        if (operation === "RotateSecret") throw fault;
        return go();
      };
      const error = await failure(create());
      const version = aws.holder("app/key", "AWSCURRENT") as string;
      expect(error.reason).toBe("rotation-not-configured");
      expect(error.code).toBe(fault.status === 400 ? "PERMISSION_DENIED" : "BACKEND_UNAVAILABLE");
      expect(error.retryable).toBe(fault.status !== 400);
      expect(error.message).toContain(`created (version ${version})`);
      expect(error.message).toMatch(/call it again with the same value/);
      aws.script = (_operation, _input, go) => go();
      const resumed = await create();
      expect([resumed.version, resumed.value.expose()]).toEqual([version, "first"]);
      expect(aws.secret("app/key").rotationEnabled).toBe(true);
      expect(aws.log).not.toContain("PutSecretValue");
      const valued = [...aws.secret("app/key").versions.values()].filter(({ value }) => value);
      expect(valued).toHaveLength(1);
    }
  });

  test("A27: a second call after a lost answer finds it configured, and starts no second rotation", async () => {
    aws.script = async (operation, _input, go) => {
      const answer = await go();
      if (operation === "RotateSecret") throw lost;
      return answer;
    };
    expect(await codeOf(create())).toBe("BACKEND_UNAVAILABLE rotation-not-configured");
    aws.script = (_operation, _input, go) => go();
    aws.log.length = 0;
    expect((await create()).value.expose()).toBe("first");
    expect(aws.log).toEqual(["CreateSecret", "DescribeSecret", "GetSecretValue"]);
    aws.label("app/key", "AWSPENDING", undefined);
    await create({ ...monthly, everyDays: 31 }); // another schedule is configured
    expect(aws.secret("app/key").rules).toEqual({ AutomaticallyAfterDays: 31 });
  });

  test("A27: is not taken for one that is there with another value", async () => {
    await store.putSecret("app/key", "another");
    const error = await failure(create());
    expect([error.code, error.reason]).toEqual(["CONFLICT", "exists"]);
    expect(error.message).toMatch(/setRotationSchedule/);
    expect(aws.valueOf("app/key")).toBe("another");
    expect(aws.log).not.toContain("RotateSecret");
  });

  test("whose caller leaves after the first step is there, and resumes", async () => {
    const controller = new AbortController();
    aws.script = (operation, _input, go) => {
      if (operation === "RotateSecret") controller.abort("enough");
      return go();
    };
    await expect(create({ ...monthly, signal: controller.signal })).rejects.toBe("enough");
    aws.script = (_operation, _input, go) => go();
    expect((await create()).value.expose()).toBe("first");
  });

  test("is refused before any request when nothing says who rotates, or when", async () => {
    const error = await failure(create({ everyDays: 30 }));
    expect([error.code, error.reason]).toEqual(["CONFIGURATION", "no-rotation-function"]);
    expect(error.message).toMatch(/lambdaArn.*managedType.*rotateSecret\(key, \{ generate/);
    const role = { managedRoleArn: "arn:aws:iam::123456789012:role/rotates" };
    const wrong = [
      ...[
        { lambdaArn },
        { ...monthly, schedule: "rate(1 days)" },
        { ...monthly, managedType: "X" },
      ],
      ...[
        { ...monthly, ...role },
        { ...monthly, everyDays: 0 },
        { ...monthly, everyDays: 1001 },
      ],
      ...[
        { ...monthly, everyDays: 1.5 },
        { lambdaArn, schedule: "every day" },
      ],
      ...[
        { lambdaArn, schedule: "rate(1 days)\n" },
        { ...monthly, durationHours: 25 },
      ],
      ...[
        { ...monthly, lambdaArn: "rotate" },
        { ...monthly, rotateImmediately: "yes" },
      ],
      ...[
        { ...monthly, managedMetadata: { a: 1 } },
        { ...monthly, tags: { a: 1 } },
      ],
      ...[
        { ...monthly, dueDays: 1 },
        { ...monthly, tags: { "aws:a": "1" } },
      ],
    ];
    for (const options of wrong) {
      const code = await codeOf(create(options as never)).catch(String);
      expect([options, code]).toEqual([options, "CONFIGURATION bad-argument"]);
    }
    const without = store.createSecretWithRotation("app/key", "v", undefined as never);
    expect(await codeOf(without)).toBe("CONFIGURATION bad-argument");
    expect(await codeOf(create(monthly, ""))).toBe("INVALID_SECRET empty");
    expect(await codeOf(create(monthly, "é".repeat(32_769)))).toBe("INVALID_SECRET too-large");
    expect(aws.log).toEqual([]);
  });
});

describe("the schedule of a rotation", () => {
  beforeEach(async () => {
    await store.putSecret("app/key", "v");
    aws.log.length = 0;
    aws.inputs.length = 0;
  });

  test("is set without rotating now, unless that is asked for", async () => {
    await store.setRotationSchedule("app/key", monthly);
    expect(aws.log).toEqual(["RotateSecret"]);
    expect(lastOf("RotateSecret")).toMatchObject({ RotateImmediately: false });
    expect(aws.holder("app/key", "AWSPENDING")).toBeUndefined();
    const twice = { schedule: "rate(12 hours)", rotateImmediately: true };
    await store.setRotationSchedule("app/key", twice);
    expect(lastOf("RotateSecret")).toMatchObject({
      ...{ RotationRules: { ScheduleExpression: "rate(12 hours)" }, RotateImmediately: true },
    });
    expect(aws.holder("app/key", "AWSPENDING")).toBeDefined();
  });

  test("that nobody could carry out is CONFIGURATION, and one under way CONFLICT", async () => {
    const plain = store.setRotationSchedule("app/key", { everyDays: 30 });
    expect(await codeOf(plain)).toBe("CONFIGURATION no-rotation-function");
    await store.setRotationSchedule("app/key", { ...monthly, rotateImmediately: true });
    const again = store.setRotationSchedule("app/key", { ...monthly, rotateImmediately: true });
    expect(await codeOf(again)).toBe("CONFLICT rotation-in-progress");
    expect(await codeOf(store.setRotationSchedule("absent", monthly))).toBe("NOT_FOUND absent");
    expect(await codeOf(store.setRotationSchedule("app/key", {}))).toBe(
      "CONFIGURATION bad-argument",
    );
  });

  test("is cancelled, and the label of a rotation that hangs goes too", async () => {
    await store.setRotationSchedule("app/key", { ...monthly, rotateImmediately: true });
    expect(aws.holder("app/key", "AWSPENDING")).toBeDefined();
    await store.cancelRotation("app/key");
    expect(aws.secret("app/key").rotationEnabled).toBe(false);
    expect(aws.holder("app/key", "AWSPENDING")).toBeUndefined();
    await store.setRotationSchedule("app/key", { ...monthly, rotateImmediately: true });
  });

  test("is cancelled twice, or where there is none, without an error", async () => {
    aws.add("app/key", "left", "left");
    aws.label("app/key", "AWSPENDING", "left");
    for (let time = 0; time < 2; time++) await store.cancelRotation("app/key");
    expect(aws.holder("app/key", "AWSPENDING")).toBeUndefined();
    expect(await codeOf(store.cancelRotation("absent"))).toBe("NOT_FOUND absent");
  });

  test("is not cancelled where AWS refuses that", async () => {
    await store.setRotationSchedule("app/key", monthly);
    aws.script = (operation, _input, go) => {
      if (operation === "CancelRotateSecret") throw new AwsFault("InvalidRequestException");
      return go();
    };
    expect(await codeOf(store.cancelRotation("app/key"))).toBe("CONFLICT state");
    aws.script = () => {
      throw new AwsFault("AccessDeniedException");
    };
    expect(await codeOf(store.cancelRotation("app/key"))).toBe("PERMISSION_DENIED");
  });

  test("is changed by calls that are audited and cancelled like all others", async () => {
    const events: AuditEvent[] = [];
    onTestFinished(
      onAudit(({ operation, outcome }) => events.push({ operation, outcome } as never)),
    );
    const signal = AbortSignal.abort("enough");
    await store.setRotationSchedule("app/key", monthly);
    await store.cancelRotation("app/key");
    await store.createSecretWithRotation("new/key", "v", monthly);
    await expect(store.cancelRotation("app/key", { signal })).rejects.toBe("enough");
    await store.close();
    expect(await codeOf(store.setRotationSchedule("app/key", monthly))).toBe("CLOSED");
    expect(events).toEqual([
      { operation: "setRotationSchedule", outcome: "success" },
      { operation: "cancelRotation", outcome: "success" },
      { operation: "createSecretWithRotation", outcome: "success" },
      { operation: "cancelRotation", outcome: "aborted" },
      { operation: "setRotationSchedule", outcome: "failure" },
    ]);
  });
});
