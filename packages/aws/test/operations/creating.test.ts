import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { type AwsFaultServer, startAwsFaultServer } from "secrets-tools/aws-fault-server";
import { describe, expect, onTestFinished, test } from "vitest";
import { AwsSecretStore, type AwsSecretStoreOptions } from "../../src/index.js";
import { onEmulators, track } from "../support/servers.js";

const conflict = { code: "CONFLICT" };

/** As Terraform and CloudFormation leave one: a name, and no value. */
async function createEmpty(server: Pick<AwsFaultServer, "endpoint" | "region" | "credentials">) {
  const { endpoint, region, credentials } = server;
  const client = new SecretsManagerClient({ endpoint, region, credentials });
  await client.send(new CreateSecretCommand({ Name: "c/empty" }));
  client.destroy();
}

/** A server that does as AWS's API reference says, and a store on it. */
async function asDocumented(options: AwsSecretStoreOptions = {}) {
  const server = await startAwsFaultServer();
  onTestFinished(() => server.close());
  const { endpoint, region, credentials } = server;
  const store = track(new AwsSecretStore({ endpoint, region, credentials, ...options }));
  const other = track(new AwsSecretStore({ endpoint, region, credentials }));
  return { server, store, other };
}

onEmulators((emulated) => {
  test("a secret that was created without a value is absent, and can be written as one that is", async () => {
    const aws = emulated.store();
    await createEmpty(emulated.server);
    await expect(aws.getSecret("c/empty")).rejects.toMatchObject({ reason: "absent" });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 5 }, (_, index) =>
        aws.putSecret("c/empty", `value-${index}`, { expectedVersion: null }),
      ),
    );
    const [won, ...others] = outcomes.flatMap((outcome) =>
      outcome.status === "fulfilled" ? [outcome.value] : [],
    );
    expect(others).toEqual([]);
    const current = await aws.getSecret("c/empty");
    expect([current.version, current.value.equals(won?.value as never)]).toEqual([
      won?.version,
      true,
    ]);
  });
}, "moto"); // MiniStack gives it a current version, of which it says nothing

describe("on a server that follows the API reference", () => {
  test("fields put side by side into a secret without a value are all there", async () => {
    const { server, store } = await asDocumented();
    await createEmpty(server);
    server.forget();
    await store.putSecret("c/empty", "1", { field: "a" });
    expect(server.operations).toEqual([
      ...["GetSecretValue", "CreateSecret", "DescribeSecret"],
      ...["PutSecretValue", "DescribeSecret"],
    ]);
    const names = Array.from({ length: 10 }, (_, index) => `f${index}`);
    await Promise.all(names.map((field) => store.putSecret("c/empty", field, { field })));
    const all = (await store.getSecret("c/empty")).value.exposeJson<Record<string, string>>();
    expect(Object.keys(all).sort()).toEqual(["a", ...names]);
  });

  test.each<[what: string, put: (store: AwsSecretStore) => Promise<unknown>]>([
    ["a put", (store) => store.putSecret("c/again", "v")],
    [
      "a put of what must not exist",
      (store) => store.putSecret("c/again", "v", { expectedVersion: null }),
    ],
    [
      "a creation with a rotation",
      (store) =>
        store.createSecretWithRotation("c/again", "v", {
          ...{ everyDays: 30, rotateImmediately: false },
          lambdaArn: "arn:aws:lambda:us-east-1:123456789012:function:rotate",
        }),
    ],
  ])("%s waits for a deletion for ever that is not done yet", async (_, put) => {
    const { server, store } = await asDocumented();
    await store.putSecret("c/again", "first");
    server.secretsManager.lingeringCreates = 2;
    await store.deleteSecret("c/again", { mode: "permanent" });
    await put(store);
    expect((await store.getSecret("c/again")).value.expose()).toBe("v");
    expect(server.countOf("CreateSecret")).toBe(4);
  });

  test("what must not exist, and can be restored, is told at once", async () => {
    const { server, store } = await asDocumented();
    await store.putSecret("c/pending", "first");
    await store.deleteSecret("c/pending");
    server.forget();
    const put = store.putSecret("c/pending", "v", { expectedVersion: null });
    await expect(put).rejects.toMatchObject({ code: "NOT_FOUND", reason: "pending-deletion" });
    expect(server.operations).toEqual(["CreateSecret", "DescribeSecret"]);
  });
});

describe('with onPendingDeletion: "restore"', () => {
  const restoring = { onPendingDeletion: "restore" } as const;

  test("a put with expectedVersion restores too, and compares", async () => {
    const { store } = await asDocumented(restoring);
    const { version = "" } = await store.putSecret("r/set", "first");
    await store.deleteSecret("r/set");
    await store.putSecret("r/set", "second", { expectedVersion: version });
    expect((await store.getSecret("r/set")).value.expose()).toBe("second");
    await store.deleteSecret("r/set");
    const late = store.putSecret("r/set", "third", { expectedVersion: version });
    await expect(late).rejects.toMatchObject(conflict);
  });

  test("ten puts and as many restores at once all succeed", async () => {
    const { store, other } = await asDocumented(restoring);
    await store.putSecret("r/race", "first");
    await store.deleteSecret("r/race");
    const puts = Array.from({ length: 10 }, (_, index) => store.putSecret("r/race", `v${index}`));
    await Promise.all([...puts, ...puts.map(() => other.restoreSecret("r/race"))]);
    expect((await store.getSecret("r/race")).value.expose()).toMatch(/^v\d$/);
  });

  test("somebody else's restore in between is no failure", async () => {
    const { server, store, other } = await asDocumented(restoring);
    await store.putSecret("r/taken", "first");
    await store.deleteSecret("r/taken");
    server.handleNext("RestoreSecret", async (_request, go) => {
      await go();
      return { error: "InvalidRequestException", message: "it is in no such state" };
    });
    await store.putSecret("r/taken", "second");
    expect((await other.getSecret("r/taken")).value.expose()).toBe("second");
  });

  test("a deletion for ever in between leads to a creation", async () => {
    const { server, store, other } = await asDocumented(restoring);
    await store.putSecret("r/gone", "first");
    await store.deleteSecret("r/gone");
    server.handleNext("RestoreSecret", async (_request, go) => {
      await other.deleteSecret("r/gone", { mode: "permanent" });
      return go();
    });
    await store.putSecret("r/gone", "second");
    expect((await other.getSecret("r/gone")).value.expose()).toBe("second");
  });
});
