import { describe, expect, test } from "vitest";
import { dated, down, east, ireland, startRegions, west } from "./support/regions.js";

describe("an answer of a replica that is older than what the primary gave", () => {
  test("is not used: the next region's is", async () => {
    const aws = await startRegions({
      [east]: dated("new", 2_000),
      [west]: dated("old", 1_000),
      [ireland]: dated("new", 2_000),
    });
    const store = aws.store();
    await store.getSecret("k");
    aws.region(east).script = () => "reset";
    const secret = await store.getSecret("k");
    expect([secret.value.expose(), secret.store]).toEqual(["new", "aws(eu-west-1)"]);
  });

  test("is an error that says so, where there is no other", async () => {
    const aws = await startRegions({ [east]: dated("new", 2_000), [west]: dated("old", 1_000) });
    const store = aws.store();
    await store.getSecret("k");
    aws.region(east).script = () => "reset";
    await expect(store.getSecret("k")).rejects.toMatchObject({
      ...{ ...down, reason: "replica-behind", key: "k", retryable: true },
      errors: { [east]: { reason: "network" }, [west]: { reason: "replica-behind" } },
    });
    expect((await store.getSecret("other")).value.expose()).toBe("old"); // of that nothing is known
    aws.region(west).script = () => dated("new", 2_000);
    expect((await store.getSecret("k")).value.expose()).toBe("new"); // it has caught up
  });

  test("is not used by batches, single reads and stages alike, whoever saw the newer one", async () => {
    const batch = { json: { SecretValues: [dated("new", 2_000).json, dated("", 0, "l").json] } };
    const aws = await startRegions({
      [east]: ({ operation }) =>
        operation === "BatchGetSecretValue" ? batch : dated("previous", 1_500),
      [west]: dated("old", 1_000),
    });
    const store = aws.store();
    await store.getSecrets(["k", "l"]);
    await store.getSecretVersion("k", "previous");
    aws.region(east).script = () => "reset";
    const behind = { reason: "replica-behind" };
    await expect(store.getSecret("k")).rejects.toMatchObject(behind);
    await expect(store.getSecretVersion("k", "previous")).rejects.toMatchObject(behind);
    aws.region(west).script = () => dated("previous", 1_500);
    expect((await store.getSecretVersion("k", "previous")).value.expose()).toBe("previous");
    await expect(store.getSecret("k")).rejects.toMatchObject(behind);
  });

  test("the primary is believed always, also when it goes back", async () => {
    const aws = await startRegions({ [east]: dated("new", 2_000), [west]: dated("old", 1_000) });
    const store = aws.store();
    await store.getSecret("k");
    aws.region(east).script = () => dated("old", 1_000);
    expect((await store.getSecret("k")).store).toBe("aws(us-east-1)");
    aws.region(east).script = () => "reset";
    expect((await store.getSecret("k")).store).toBe("aws(us-west-2)");
  });

  test("a version by its id is the same everywhere", async () => {
    const aws = await startRegions({ [east]: dated("new", 2_000), [west]: dated("old", 1_000) });
    const store = aws.store();
    await store.getSecret("k");
    aws.region(east).script = () => "reset";
    const id = "11111111-1111-4111-8111-111111111111";
    expect((await store.getSecretVersion("k", id)).value.expose()).toBe("old");
  });
});
