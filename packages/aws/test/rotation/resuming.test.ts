import { beforeEach, describe, expect, test } from "vitest";
import type { AwsSecretStore } from "../../src/index.js";
import type { AwsModel } from "./support/aws-model.js";
import { openModel } from "./support/model-store.js";
import { codeOf, failure } from "./support/outcomes.js";
import { provider } from "./support/provider.js";
import { fakeTime } from "./support/time.js";

const minuteMs = 60_000;

let aws: AwsModel;
let store: AwsSecretStore;
let open: () => AwsSecretStore;
beforeEach(async () => {
  ({ aws, store, open } = await openModel());
  await store.putSecret("app/key", "old");
  aws.log.length = 0;
});

describe("what an interrupted rotation left pending", () => {
  /** As a process that ended after its create. */
  function leave(value: string | undefined, ageMs: number, now = Date.now()): void {
    aws.add("app/key", "left-0123456789-0123456789-0123456789", value, now - ageMs);
    aws.label("app/key", "AWSPENDING", "left-0123456789-0123456789-0123456789");
    aws.secret("app/key").changedMs = now - ageMs;
    for (const version of aws.secret("app/key").versions.values()) {
      if (version.value === "old") Object.assign(version, { createdMs: 0 });
    }
  }
  let runs = 0;
  const counted = () => `generated ${++runs}`;
  beforeEach(() => {
    runs = 0;
  });

  test("is gone on with after fifteen minutes, and no generator runs", async () => {
    const { now } = fakeTime();
    leave("left", 15 * minuteMs, now());
    const { set, verify, told } = provider("left"); // it was in force already
    const rotated = await store.rotateSecret("app/key", { generate: counted, set, verify });
    expect([rotated.value.expose(), runs]).toEqual(["left", 0]);
    expect(told).toEqual(["left for old"]);
    expect(aws.valueOf("app/key")).toBe("left");
    expect(aws.valueOf("app/key", "AWSPREVIOUS")).toBe("old");
    expect(aws.holder("app/key", "AWSPENDING")).toBeUndefined();
  });

  test("is another's while it is younger: CONFLICT, which names how to go on at once", async () => {
    const { now } = fakeTime();
    leave("left", 15 * minuteMs - 1, now());
    const error = await failure(store.rotateSecret("app/key", { generate: counted }));
    expect([error.code, error.reason, runs]).toEqual(["CONFLICT", "rotation-in-progress", 0]);
    expect(error.message).toMatch(/resumeAfterMs: 0/);
    expect(aws.log).toEqual(["GetSecretValue", "DescribeSecret", "GetSecretValue"]);
    const options = { generate: counted, resumeAfterMs: 0 };
    expect((await store.rotateSecret("app/key", options)).value.expose()).toBe("left");
    expect(runs).toBe(0);
  });

  test("is dropped where it has no value, once AWS cannot be at work on it", async () => {
    const { now, advance } = fakeTime();
    leave(undefined, 0, now());
    aws.secret("app/key").rotationEnabled = true;
    const rotate = () => store.rotateSecret("app/key", { generate: counted });
    expect(await codeOf(rotate())).toBe("CONFLICT rotation-in-progress");
    advance(15 * minuteMs);
    expect((await rotate()).value.expose()).toBe("generated 1");
    expect(aws.holder("app/key", "AWSPENDING")).toBeUndefined();
    leave(undefined, 0, now());
    aws.secret("app/key").rotationEnabled = false; // cancelled: nobody is at work
    expect((await rotate()).value.expose()).toBe("generated 2");
  });

  test.each([
    ["was current and only kept the label", "AWSPREVIOUS", "old"],
    ["holds the value that is current", undefined, "old"],
    ["is older than what is current", undefined, "older"],
  ])("is dropped where it %s", async (_what, stage, value) => {
    leave(value, 60 * minuteMs);
    if (stage) aws.label("app/key", stage, aws.holder("app/key", "AWSPENDING"));
    for (const version of aws.secret("app/key").versions.values()) {
      if (value === "older") Object.assign(version, { createdMs: version.value === "old" ? 2 : 1 });
    }
    const rotated = await store.rotateSecret("app/key", { generate: counted });
    expect([rotated.value.expose(), aws.valueOf("app/key")]).toEqual([
      "generated 1",
      "generated 1",
    ]);
    expect(aws.holder("app/key", "AWSPENDING")).toBeUndefined();
  });

  test("is not taken for one on the version that is current, which only kept the label", async () => {
    aws.label("app/key", "AWSPENDING", aws.holder("app/key", "AWSCURRENT"));
    aws.log.length = 0;
    const rotated = await store.rotateSecret("app/key", { generate: counted });
    expect([rotated.value.expose(), aws.log.length]).toEqual(["generated 1", 7]);
    expect(aws.holder("app/key", "AWSPENDING")).toBeUndefined();
  });

  test("is given up when it does not verify, and the next rotation makes a value", async () => {
    leave("left", 60 * minuteMs);
    const { set, told } = provider();
    const failing = { generate: counted, set, verify: () => false };
    expect(await codeOf(store.rotateSecret("app/key", failing))).toBe(
      "INVALID_SECRET verify-failed",
    );
    expect(told).toEqual(["left for old", "old for left"]);
    expect(aws.holder("app/key", "AWSPENDING")).toBeUndefined();
    const next = await store.rotateSecret("app/key", { generate: counted });
    expect(next.value.expose()).toBe("generated 1");
  });

  test("is gone on with by one of two that find it", async () => {
    leave("left", 60 * minuteMs);
    const stores = [open(), open()];
    const settled = await Promise.allSettled(
      stores.map((each) => each.rotateSecret("app/key", { generate: counted })),
    );
    const won = settled.filter(({ status }) => status === "fulfilled");
    const lostTo = settled.flatMap((each) =>
      each.status === "rejected" ? [each.reason.code] : [],
    );
    expect(aws.valueOf("app/key")).toBe(runs === 0 ? "left" : `generated ${runs}`);
    expect(won.length).toBeGreaterThan(0);
    expect(won.length + lostTo.filter((code) => code === "CONFLICT").length).toBe(2);
  });
});
