import { toArray } from "@llm-orchestrator/secrets-core";
import { type AwsFaultServer, startAwsFaultServer } from "secrets-tools/aws-fault-server";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { AwsSecretStore } from "../../src/index.js";
import { patient } from "../support/servers.js";

const lambdaArn = "arn:aws:lambda:us-east-1:123456789012:function:rotate";

let server: AwsFaultServer;
let store: AwsSecretStore;
/** A name for each test. */
let key: string;
let count = 0;
beforeAll(async () => {
  server = await startAwsFaultServer();
  const { endpoint, region, credentials } = server;
  store = new AwsSecretStore({ endpoint, region, credentials, ...patient });
});
afterAll(async () => {
  await store?.close();
  await server?.close();
});

/** One secret with two versions. */
beforeEach(async () => {
  server.heal();
  key = `req/k${++count}`;
  await store.putSecret(key, '{"a":"1","b":"2"}', { tags: { old: "1" } });
  await store.putSecret(key, '{"a":"3","b":"4"}');
  server.forget();
});

const currentVersion = async () => (await store.getSecret(key)).version ?? "";
const generate = () => `made-${++count}`;
const arn = () => `arn:aws:secretsmanager:us-east-1:123456789012:secret:${key}`;

/** As the README's table of requests has them. */
const calls: readonly (readonly [what: string, requests: number, call: () => Promise<unknown>])[] =
  [
    ["getSecret", 1, () => store.getSecret(key)],
    ["getSecret of a partial ARN", 1, () => store.getSecret(arn())],
    ["getSecretVersion of the previous one", 1, () => store.getSecretVersion(key, "previous")],
    [
      "getSecrets of 40",
      2,
      () => store.getSecrets(Array.from({ length: 40 }, (_, i) => `${key}${i}`)),
    ],
    ["describeSecret", 1, () => store.describeSecret(key)],
    ["putSecret", 1, () => store.putSecret(key, "v")],
    ["putSecret with a description", 2, () => store.putSecret(key, "v", { description: "d" })],
    ["putSecret with a period", 2, () => store.putSecret(key, "v", { rotationPeriodDays: 30 })],
    [
      "putSecret with the tags that it has",
      2,
      () => store.putSecret(key, "v", { tags: { old: "1" } }),
    ],
    [
      "putSecret with one tag more",
      3,
      () => store.putSecret(key, "v", { tags: { old: "1", new: "2" } }),
    ],
    ["putSecret with other tags", 4, () => store.putSecret(key, "v", { tags: { new: "2" } })],
    [
      "putSecret of a new one, with all that belongs to it",
      2,
      () =>
        store.putSecret(`${key}x`, "v", {
          tags: { a: "1" },
          description: "d",
          rotationPeriodDays: 3,
        }),
    ],
    [
      "putSecret of what must not exist",
      1,
      () => store.putSecret(`${key}y`, "v", { expectedVersion: null }),
    ],
    ["putSecret of a field", 3, () => store.putSecret(key, "v", { field: "a" })],
    ["deleteSecret", 1, () => store.deleteSecret(key)],
    ["deleteSecret for ever", 1, () => store.deleteSecret(key, { mode: "permanent" })],
    ["restoreSecret", 1, () => store.restoreSecret(key)],
    ["getSecretVersions", 2, () => store.getSecretVersions(key)],
    ["listSecrets", 1, () => toArray(store.listSecrets(key))],
    ["rollback", 3, () => store.rollback(key)],
    ["rotateSecret with a generator", 7, () => store.rotateSecret(key, { generate, field: "a" })],
    [
      "rotateSecret with set",
      8,
      () => store.rotateSecret(key, { generate, field: "a", set: () => true }),
    ],
    ["setRotationSchedule", 1, () => store.setRotationSchedule(key, { everyDays: 30, lambdaArn })],
    [
      "createSecretWithRotation",
      2,
      () => store.createSecretWithRotation(`${key}z`, "v", { everyDays: 30, lambdaArn }),
    ],
    ["healthCheck", 1, () => store.healthCheck()],
    ["preload", 0, () => store.preload()],
    ["replicateSecret", 1, () => store.replicateSecret(key, ["us-west-2"])],
    ["replicationStatus", 1, () => store.replicationStatus(key)],
  ];

test.each(calls)("%s is so many requests: %d", async (_, requests, call) => {
  await call();
  expect(server.operations).toHaveLength(requests);
});

test("putSecret with expectedVersion is two", async () => {
  const expectedVersion = await currentVersion();
  server.forget();
  await store.putSecret(key, "v", { expectedVersion });
  expect(server.operations).toEqual(["PutSecretValue", "UpdateSecretVersionStage"]);
});

describe("when the first reply to each request is lost after it was done", () => {
  /** Everything twice: done and not answered, then the SDK's second attempt. */
  function loseEveryOther(): void {
    let asked = 0;
    server.handle("*", async (_request, go) => {
      const answer = await go();
      return ++asked % 2 === 1 ? "reset" : answer;
    });
  }

  test.each(calls)("%s succeeds all the same", async (_, requests, call) => {
    loseEveryOther();
    await call();
    // More where the second attempt finds it done, and has to look by whom.
    expect(server.operations.length).toBeGreaterThanOrEqual(2 * requests);
  });

  test("no put makes two versions, and a compare-and-set is no conflict with itself", async () => {
    const before = await store.getSecretVersions(key, { includeDeprecated: true });
    loseEveryOther();
    const first = await store.putSecret(key, "one");
    const expectedVersion = first.version ?? "";
    const second = await store.putSecret(key, "two", { expectedVersion });
    const field = await store.rotateSecret(key, { generate: () => "three" });
    server.heal();
    const after = await store.getSecretVersions(key, { includeDeprecated: true });
    expect(after).toHaveLength(before.length + 3);
    expect(after.slice(0, 2).map(({ version }) => version)).toEqual([
      field.version,
      second.version,
    ]);
    expect((await store.getSecret(key)).value.expose()).toBe("three");
    await expect(store.putSecret(key, "v", { expectedVersion })).rejects.toMatchObject({
      code: "CONFLICT",
    });
  });
});
