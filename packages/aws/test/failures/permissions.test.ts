import { startMiniStack } from "secrets-tools/ministack";
import { type AwsEmulator, installTimeoutMs } from "secrets-tools/moto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AwsSecretStore } from "../../src/index.js";
import { track } from "../support/servers.js";

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
  return track(new AwsSecretStore({ endpoint, region, credentials, maxAttempts: 1 }));
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

/** As the README's page on permissions has them. */
const leastPolicies: readonly (readonly [
  string,
  readonly string[],
  (store: AwsSecretStore, key: string) => Promise<unknown>,
])[] = [
  ["getSecret", ["GetSecretValue"], (store, key) => store.getSecret(key)],
  ["a put", ["PutSecretValue"], (store, key) => store.putSecret(key, "next")],
  [
    "a first put",
    ["PutSecretValue", "CreateSecret"],
    (store, key) => store.putSecret(`${key}-x`, "v"),
  ],
  [
    "a put with a description",
    ["PutSecretValue", "UpdateSecret"],
    (store, key) => store.putSecret(key, "next", { description: "d" }),
  ],
  [
    "a put with tags",
    ["PutSecretValue", "DescribeSecret", "TagResource", "UntagResource"],
    (store, key) => store.putSecret(key, "next", { tags: { a: "1" } }),
  ],
  ["a deletion", ["DeleteSecret"], (store, key) => store.deleteSecret(key)],
  ["describeSecret", ["DescribeSecret"], (store, key) => store.describeSecret(key)],
  [
    "getSecretVersions",
    ["ListSecretVersionIds", "DescribeSecret"],
    (store, key) => store.getSecretVersions(key),
  ],
  [
    "getSecrets",
    ["BatchGetSecretValue", "GetSecretValue"],
    async (store, key) => {
      const { errors } = await store.getSecrets([key, `${key}-absent`]);
      expect(errors.get(key)).toBeUndefined();
    },
  ],
];

test.each(leastPolicies)("the least policy of %s is enough: %j", async (what, actions, call) => {
  const key = `p/${what.replaceAll(" ", "-")}`;
  await open(server.credentials).putSecret(key, "value", { tags: { old: "1" } });
  const store = await storeOf(what.replaceAll(" ", "-"), actions.map(action));
  await call(store, key);
});
