import { FakeClock } from "secrets-tools/fake-clock";
import { until } from "secrets-tools/openbao";
import { describe, expect, test } from "vitest";
import { aSecret, type Reply } from "../support/scripted-aws.js";
import { holdRegionTime, regionTimeoutMs } from "./support/region-time.js";
import { east, ireland, readerWith, startRegions, unavailable, west } from "./support/regions.js";

const absent: Reply = { error: "ResourceNotFoundException" };

async function start(primary: Reply, regionTimeoutMs = 2_000) {
  const clock = new FakeClock();
  const aws = await startRegions({ [east]: primary, [west]: aSecret("copy") });
  const { read } = readerWith(clock, { ...aws.options, regionTimeoutMs });
  const times = async (count: number) => {
    for (let time = 0; time < count; time++) await read("k");
  };
  return { aws, clock, read, times, atPrimary: () => aws.asked(east).length };
}

describe("a primary that fails", () => {
  test.each<Reply>(["reset", unavailable, { error: "ThrottlingException" }, "half"])(
    "three times in a row (%j) is left alone for ten seconds",
    async (reply) => {
      const { clock, times, atPrimary } = await start(reply);
      await times(10);
      expect(atPrimary()).toBe(3);
      clock.advance(9_999);
      await times(1);
      expect(atPrimary()).toBe(3);
      clock.advance(1);
      await times(5);
      expect(atPrimary()).toBe(4); // the trial failed: ten seconds more
    },
  );

  test("and hangs costs its time three times, not at every read", async () => {
    const time = holdRegionTime();
    const { read, times, atPrimary } = await start("hang", regionTimeoutMs);
    for (let failure = 1; failure <= 3; failure++) {
      const running = read("k");
      await until("it is asked", () => atPrimary() === failure);
      time.expire();
      expect((await running)?.store).toBe("aws(us-west-2)");
    }
    await times(20); // at once: nobody lets the time expire
    expect(atPrimary()).toBe(3);
  });

  test("and says something in between is asked still", async () => {
    const { aws, times, read, atPrimary } = await start("reset");
    await times(2);
    aws.region(east).script = () => ({ error: "AccessDeniedException" });
    await expect(read("k")).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
    aws.region(east).script = () => "reset";
    await times(2);
    expect(atPrimary()).toBe(5);
  });

  test("is tried by one read at a time, and has all of them when that goes well", async () => {
    const { aws, clock, read, times, atPrimary } = await start("reset");
    await times(3);
    clock.advance(10_000);
    let answer: (reply: Reply) => void = () => {};
    aws.region(east).script = () =>
      new Promise<Reply>((resolve) => {
        answer = resolve;
      });
    const trial = read("k");
    await until("the trial is there", () => atPrimary() === 4);
    const others = await Promise.all(Array.from({ length: 10 }, () => read("k")));
    expect(others.map((secret) => secret?.store)).toEqual(Array(10).fill("aws(us-west-2)"));
    expect(atPrimary()).toBe(4);
    answer(aSecret("back"));
    expect((await trial)?.store).toBe("aws(us-east-1)");
    aws.region(east).script = () => aSecret("back");
    await Promise.all(Array.from({ length: 10 }, () => read("k")));
    expect(atPrimary()).toBe(14);
  });

  test("a trial that the caller cancels leaves its place to the next read", async () => {
    const { aws, clock, read, times, atPrimary } = await start("reset", 60_000);
    await times(3);
    clock.advance(10_000);
    aws.region(east).script = () => "hang";
    const controller = new AbortController();
    const trial = read("k", controller.signal).catch((error: unknown) => error);
    await until("the trial is there", () => atPrimary() === 4);
    controller.abort("enough");
    expect(await trial).toBe("enough");
    aws.region(east).script = () => aSecret("back");
    expect((await read("k"))?.store).toBe("aws(us-east-1)");
  });

  test("is asked though it is left alone when no replica has the secret", async () => {
    const { aws, read, times, atPrimary } = await start("reset");
    await times(3);
    aws.region(west).script = () => absent;
    await expect(read("k")).rejects.toMatchObject({ code: "BACKEND_UNAVAILABLE" });
    expect(atPrimary()).toBe(4);
    aws.region(east).script = () => absent;
    expect(await read("k")).toBeUndefined();
    aws.region(east).script = () => aSecret("back");
    expect((await read("k"))?.store).toBe("aws(us-east-1)");
  });
});

test("a replica that fails is left alone too, and the primary is not concerned", async () => {
  const clock = new FakeClock();
  const aws = await startRegions({
    ...{ [east]: "reset", [west]: unavailable, [ireland]: aSecret("copy") },
  });
  const { read } = readerWith(clock, aws.options);
  for (let time = 0; time < 5; time++) expect((await read("k"))?.store).toBe("aws(eu-west-1)");
  expect([east, west, ireland].map((name) => aws.asked(name).length)).toEqual([3, 3, 5]);
  clock.advance(10_000);
  aws.region(east).script = () => aSecret("back");
  expect((await read("k"))?.store).toBe("aws(us-east-1)");
  expect(aws.asked(west)).toHaveLength(3);
});
