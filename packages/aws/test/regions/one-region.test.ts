import { expect, test } from "vitest";
import { aSecret } from "../support/scripted-aws.js";
import { holdRegionTime, regionTimeoutMs } from "./support/region-time.js";
import { aBatch, dated, down, east, startRegions, unavailable, west } from "./support/regions.js";

const asksFor = { VersionStage: "AWSCURRENT" };

async function inRegions(...names: string[]) {
  const batch = aBatch(["a", "b"].map((name) => dated(name, 1, name)));
  const scripts = names.map((name) => [
    name,
    ({ operation }: { operation: string }) =>
      operation === "BatchGetSecretValue" ? batch : aSecret("v"),
  ]);
  return startRegions(Object.fromEntries(scripts));
}

test.each([[{ regions: [east] }], [{ regions: undefined, region: east }]])(
  "with one region a read is the one request that it always was, and names no region: %j",
  async (regions) => {
    const aws = await inRegions(east);
    const store = aws.store(regions);
    const arn = `arn:aws:secretsmanager:${east}:123456789012:secret:k-AbCdEf`;
    for (const key of ["k", arn]) expect((await store.getSecret(key)).store).toBe("aws");
    await store.getSecretVersion("k", "previous");
    const { secrets } = await store.getSecrets(["a", "b"]);
    expect([...secrets.values()].map((secret) => secret.store)).toEqual(["aws", "aws"]);
    const calls = aws.region(east).server.calls.map(({ operation, input }) => [operation, input]);
    expect(calls).toEqual([
      ["GetSecretValue", { SecretId: "k", ...asksFor }],
      ["GetSecretValue", { SecretId: arn, ...asksFor }],
      ["GetSecretValue", { SecretId: "k", VersionStage: "AWSPREVIOUS" }],
      ["BatchGetSecretValue", { SecretIdList: ["a", "b"] }],
    ]);
  },
);

test("with one region nothing is left alone, and no error is one of regions", async () => {
  const aws = await startRegions({ [east]: unavailable });
  const store = aws.store();
  for (let read = 1; read <= 10; read++) {
    const error = await store.getSecret("k").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ ...down, reason: "server" });
    expect(error).not.toHaveProperty("errors");
  }
  expect(aws.asked(east)).toHaveLength(10);
});

test("the time for a region is a timer in a store of several, gone with the answer; else there is none", async () => {
  const time = holdRegionTime();
  const aws = await inRegions(east, west);
  await aws.store({ regions: [east], regionTimeoutMs }).getSecret("k");
  expect(time.started).toBe(0);
  const store = aws.store({ regionTimeoutMs });
  await store.getSecret("k");
  await store.getSecrets(["a", "b"]);
  expect([time.started, time.running]).toEqual([2, 0]);
});
