import { until } from "secrets-tools/openbao";
import { describe, expect, test } from "vitest";
import type { AwsApi } from "../../src/aws-api.js";
import { checkAwsOptions } from "../../src/aws-settings.js";
import { RegionReads } from "../../src/region-reads.js";
import { SecretReader } from "../../src/secret-reader.js";
import { SeenVersions } from "../../src/seen-versions.js";
import { builtChild } from "../support/built-child.js";
import { aSecret } from "../support/scripted-aws.js";
import { holdRegionTime, regionTimeoutMs } from "./support/region-time.js";
import { credentials, down, east, ireland, startRegions, west } from "./support/regions.js";

const copy = aSecret("copy");

describe("a region that hangs", () => {
  test("is given up after its time, and its socket with it, while the store is open", async () => {
    const time = holdRegionTime();
    const aws = await startRegions({ [east]: "hang", [west]: copy });
    const running = aws.store({ regionTimeoutMs }).getSecret("k");
    await until("it is asked", () => aws.asked(east).length === 1);
    time.expire();
    expect((await running).store).toBe("aws(us-west-2)");
    const { server } = aws.region(east);
    await until("the socket is gone", async () => (await server.connections()) === 0);
    expect([aws.asked(east).length, time.running]).toEqual([1, 0]);
  });

  test("is not waited for beyond the deadline of the call, with as many regions as there are", async () => {
    const time = holdRegionTime();
    const aws = await startRegions({ [east]: "hang", [west]: "hang", [ireland]: "hang" });
    const store = aws.store({ regionTimeoutMs, deadlineMs: 2_000 });
    const running = store.getSecret("k").catch((error: unknown) => error);
    await until("the first is asked", () => aws.asked(east).length === 1);
    time.expire();
    await until("the second is asked", () => aws.asked(west).length === 1);
    expect(await running).toMatchObject({ ...down, reason: "timeout" });
    expect([aws.asked(ireland), time.running]).toEqual([[], 0]);
    for (const name of [east, west]) {
      const { server } = aws.region(name);
      await until(`${name} has no socket`, async () => (await server.connections()) === 0);
    }
  });
});

test("loading the SDK is no region's time", async () => {
  const time = holdRegionTime();
  const seen: number[] = [];
  const connection = {
    open: async () => void seen.push(time.started),
    send: async () => void seen.push(time.started),
  };
  const api = { in: () => connection } as unknown as AwsApi;
  const settings = checkAwsOptions({ regions: [east, west], regionTimeoutMs });
  const context = { signal: undefined, countRetry() {} };
  await new SecretReader(new RegionReads(api, settings), new SeenVersions()).read("k", context);
  expect(seen).toEqual([0, 1]);
});

describe("credentials that never come", () => {
  const never = () => new Promise<never>(() => {});

  test.each([[[east]], [[east, west]]])("end with the deadline, in %j", async (regions) => {
    const aws = await startRegions({ [east]: copy, [west]: copy });
    const store = aws.store({ regions, credentials: never, deadlineMs: 250, regionTimeoutMs: 100 });
    await expect(store.getSecret("k")).rejects.toMatchObject({ ...down, reason: "timeout" });
    await expect(store.putSecret("k", "v")).rejects.toMatchObject({ ...down, reason: "timeout" });
    expect(aws.asked(east)).toEqual([]);
  });

  test("of one region only: the replica answers", async () => {
    const aws = await startRegions({ [east]: copy, [west]: copy });
    let asked = 0;
    const ofSecond = () => (++asked === 1 ? never() : Promise.resolve(credentials));
    const time = holdRegionTime();
    const running = aws.store({ credentials: ofSecond, regionTimeoutMs }).getSecret("k");
    await until("they are asked for", () => asked === 1 && time.running === 1);
    time.expire();
    expect((await running).store).toBe("aws(us-west-2)");
  });
});

describe("a program that has read from a replica", () => {
  const run = builtChild(new URL("./support/reading-child.ts", import.meta.url));

  test.each([true, false])(
    "ends by itself, with nothing left (closed: %j)",
    async (closes) => {
      const aws = await startRegions({ [east]: "hang", [west]: copy });
      const [hangs, answers] = [east, west].map((name) => aws.region(name).server.endpoint);
      // A timer that is left would keep it for a minute.
      const { code, printed } = await run({ hangs, answers, closes, credentials, timerMs: 60_000 });
      expect([
        code,
        JSON.parse(printed.split("\n").find((line) => line.startsWith("{")) ?? "null"),
      ]).toMatchObject([0, { store: "aws(us-west-2)", timers: 0 }]);
      for (const name of [east, west]) {
        const { server } = aws.region(name);
        await until(`${name} has no socket`, async () => (await server.connections()) === 0);
      }
    },
    30_000,
  );
});
