import { onWarning, toArray } from "@llm-orchestrator/secrets-core";
import { startMiniStack } from "secrets-tools/ministack";
import { type AwsEmulator, installTimeoutMs } from "secrets-tools/moto";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { AwsSecretStore } from "../../src/index.js";
import { patient, track } from "../support/servers.js";

let server: AwsEmulator;
beforeAll(async () => {
  server = await startMiniStack({ auth: true });
}, installTimeoutMs);
afterAll(() => server?.stop());

/** One request to IAM, as the emulator's root. */
async function iam(parameters: Readonly<Record<string, string>>): Promise<string> {
  const scope = "Credential=test/20260101/us-east-1/iam/aws4_request";
  const answer = await fetch(server.endpoint, {
    method: "POST",
    headers: {
      authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0`,
      "content-type": "application/x-www-form-urlencoded",
    },
    body: new URLSearchParams({ ...parameters, Version: "2010-05-08" }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
}

/** A store of a user who may do no more than this. */
async function storeOf(UserName: string, actions: readonly string[], resource = "*") {
  await iam({ Action: "CreateUser", UserName });
  const Statement = [{ Effect: "Allow", Action: actions, Resource: resource }];
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  await iam({ Action: "PutUserPolicy", UserName, PolicyName: "p", PolicyDocument });
  const key = await iam({ Action: "CreateAccessKey", UserName });
  const part = (name: string) => new RegExp(`<${name}>([^<]+)<`).exec(key)?.[1] ?? "";
  const credentials = {
    accessKeyId: part("AccessKeyId"),
    secretAccessKey: part("SecretAccessKey"),
  };
  return open(credentials);
}

function open(credentials: { accessKeyId: string; secretAccessKey: string }) {
  const { endpoint, region } = server;
  const options = { ...patient, maxAttempts: 1, onPendingDeletion: "restore" } as const;
  return track(new AwsSecretStore({ endpoint, region, credentials, ...options }));
}

const action = (name: string) => `secretsmanager:${name}`;

test("A05: who may not write creates nothing either, though creating is allowed", async () => {
  const writer = await storeOf("creator", [action("CreateSecret"), action("GetSecretValue")]);
  await expect(writer.putSecret("p/new", "v")).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
  const root = open(server.credentials);
  await expect(root.getSecret("p/new")).rejects.toMatchObject({ reason: "absent" });
});

test("A33: unknown key, wrong secret key and denial are told apart, as MiniStack has them", async () => {
  const reader = await storeOf("reader", [action("GetSecretValue")]);
  const root = open(server.credentials);
  await root.putSecret("p/there", "value");
  expect((await reader.getSecret("p/there")).value.expose()).toBe("value");
  await expect(reader.putSecret("p/there", "v")).rejects.toMatchObject({
    code: "PERMISSION_DENIED",
  });
  const unknown = open({ accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "x" });
  await expect(unknown.getSecret("p/there")).rejects.toMatchObject({
    ...{ code: "AUTHENTICATION_FAILED", reason: "bad-credentials" },
  });
});

interface LeastPolicy {
  readonly what: string;
  /** As the README's table has them; without one of them it is denied. */
  readonly actions: readonly string[];
  readonly call: (store: AwsSecretStore, key: string) => Promise<unknown>;
  /** Before the call, by somebody who may do it. */
  readonly before?: (store: AwsSecretStore, key: string) => Promise<unknown>;
}

const lambdaArn = "arn:aws:lambda:us-east-1:123456789012:function:rotate";
const generate = () => "made";
const currentOf = async (key: string) =>
  (await open(server.credentials).getSecret(key)).version as string;

const leastPolicies: readonly LeastPolicy[] = [
  { what: "getSecret", actions: ["GetSecretValue"], call: (aws, key) => aws.getSecret(key) },
  {
    what: "getSecretVersion",
    actions: ["GetSecretValue"],
    call: (aws, key) => aws.getSecretVersion(key, "current"),
  },
  { what: "putSecret", actions: ["PutSecretValue"], call: (aws, key) => aws.putSecret(key, "v") },
  {
    what: "putSecret of a new one",
    actions: ["PutSecretValue", "CreateSecret"],
    call: (aws, key) => aws.putSecret(`${key}-x`, "v"),
  },
  {
    what: "putSecret of what must not exist",
    actions: ["CreateSecret"],
    call: (aws, key) => aws.putSecret(`${key}-y`, "v", { expectedVersion: null }),
  },
  {
    what: "putSecret with a description",
    actions: ["PutSecretValue", "UpdateSecret"],
    call: (aws, key) => aws.putSecret(key, "v", { description: "d" }),
  },
  {
    what: "putSecret with tags",
    actions: ["PutSecretValue", "DescribeSecret", "TagResource", "UntagResource"],
    call: (aws, key) => aws.putSecret(key, "v", { tags: { a: "1" } }),
  },
  {
    what: "putSecret with a period",
    actions: ["PutSecretValue", "TagResource"],
    call: (aws, key) => aws.putSecret(key, "v", { rotationPeriodDays: 30 }),
  },
  {
    what: "putSecret with expectedVersion",
    actions: ["PutSecretValue", "UpdateSecretVersionStage"],
    call: async (aws, key) => aws.putSecret(key, "v", { expectedVersion: await currentOf(key) }),
  },
  {
    what: "putSecret of a field",
    actions: ["GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage"],
    before: (root, key) => root.putSecret(key, "{}"),
    call: (aws, key) => aws.putSecret(key, "v", { field: "a" }),
  },
  {
    what: "putSecret that restores",
    actions: ["PutSecretValue", "RestoreSecret"],
    before: (root, key) => root.deleteSecret(key),
    call: (aws, key) => aws.putSecret(key, "v"),
  },
  { what: "deleteSecret", actions: ["DeleteSecret"], call: (aws, key) => aws.deleteSecret(key) },
  {
    what: "restoreSecret",
    actions: ["RestoreSecret"],
    before: (root, key) => root.deleteSecret(key),
    call: (aws, key) => aws.restoreSecret(key),
  },
  {
    what: "describeSecret",
    actions: ["DescribeSecret"],
    call: (aws, key) => aws.describeSecret(key),
  },
  {
    what: "getSecretVersions",
    actions: ["ListSecretVersionIds", "DescribeSecret"],
    call: (aws, key) => aws.getSecretVersions(key),
  },
  {
    what: "listSecrets",
    actions: ["ListSecrets"],
    call: (aws, key) => toArray(aws.listSecrets(key)),
  },
  {
    what: "rotateSecret with a generator",
    actions: ["GetSecretValue", "DescribeSecret", "PutSecretValue", "UpdateSecretVersionStage"],
    call: (aws, key) => aws.rotateSecret(key, { generate }),
  },
  {
    what: "rollback",
    actions: ["DescribeSecret", "GetSecretValue", "UpdateSecretVersionStage"],
    before: (root, key) => root.putSecret(key, "second"),
    call: (aws, key) => aws.rollback(key),
  },
  {
    what: "setRotationSchedule",
    actions: ["RotateSecret"],
    call: (aws, key) => aws.setRotationSchedule(key, { everyDays: 30, lambdaArn }),
  },
  {
    what: "createSecretWithRotation",
    actions: ["CreateSecret", "RotateSecret"],
    call: (aws, key) =>
      aws.createSecretWithRotation(`${key}-${++made}`, "v", {
        ...{ everyDays: 30, lambdaArn, rotateImmediately: false },
      }),
  },
  {
    what: "replicateSecret",
    actions: ["ReplicateSecretToRegions"],
    call: (aws, key) => aws.replicateSecret(key, ["us-west-2"]),
  },
  {
    what: "replicationStatus",
    actions: ["DescribeSecret"],
    call: (aws, key) => aws.replicationStatus(key),
  },
];

let made = 0;

/** A secret of its own, and a store whose user may do this with it. */
async function userFor(policy: LeastPolicy, actions: readonly string[]) {
  const key = `p/${++made}`;
  const root = open(server.credentials);
  await root.putSecret(key, "value", { tags: { old: "1" } });
  await policy.before?.(root, key);
  return { key, store: await storeOf(`user-${made}`, actions.map(action)) };
}

test.each(leastPolicies)("$what needs $actions, and no more", async (policy) => {
  const { key, store } = await userFor(policy, policy.actions);
  await policy.call(store, key);
});

test.each(leastPolicies)("$what is denied without any one of them", async (policy) => {
  for (const left of policy.actions) {
    const others = policy.actions.filter((name) => name !== left);
    const { key, store } = await userFor(policy, [...others, "GetRandomPassword"]);
    await expect(policy.call(store, key)).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
  }
});

test("getSecrets needs BatchGetSecretValue and GetSecretValue, and does without the former", async () => {
  const call = async (store: AwsSecretStore, key: string) =>
    (await store.getSecrets([key, `${key}-absent`])).errors.get(key)?.code;
  const policy: LeastPolicy = { what: "getSecrets", actions: [], call };
  const may = async (...actions: readonly string[]) => {
    const { key, store } = await userFor(policy, actions);
    return call(store, key);
  };
  expect(await may("BatchGetSecretValue", "GetSecretValue")).toBeUndefined();
  expect(await may("GetSecretValue")).toBeUndefined();
  expect(await may("BatchGetSecretValue")).toBe("PERMISSION_DENIED");
});

test("a rotation whose date may not be written warns, and is one", async () => {
  const warnings: string[] = [];
  onTestFinished(onWarning(({ code }) => warnings.push(code)));
  const policy = leastPolicies.find(({ what }) => what === "rotateSecret with a generator");
  const { key, store } = await userFor(policy as LeastPolicy, policy?.actions ?? []);
  await store.rotateSecret(key, { generate });
  expect(warnings).toEqual(["AWS_ROTATION_NOT_NOTED"]);
  expect((await store.getSecret(key)).value.expose()).toBe("made");
});
