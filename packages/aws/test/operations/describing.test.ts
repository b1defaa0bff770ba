import { describe, expect, test } from "vitest";
import { onEmulators, scripted } from "../support/servers.js";

const rotatedTag = "llm-orchestrator:last-rotated-at";
const periodTag = "llm-orchestrator:rotation-period-days";
const tags = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([Key, Value]) => ({ Key, Value }));
const seconds = (time: string) => Date.parse(time) / 1_000;

async function describeAs(json: object) {
  const { store } = await scripted(() => ({ json }));
  return store.describeSecret("k");
}

describe("a secret that was rotated by AWS and from here", () => {
  const byAws = { LastRotatedDate: seconds("2024-02-01T00:00:00Z") };

  test.each([
    ["2024-01-01T00:00:00.000Z", "2024-02-01T00:00:00.000Z"],
    ["2024-03-01T00:00:00.000Z", "2024-03-01T00:00:00.000Z"],
    ["2024-03-01", "2024-03-01T00:00:00.000Z"],
    ["no date", "2024-02-01T00:00:00.000Z"],
  ])("has the later of the two dates: %s from here is %s", async (fromHere, expected) => {
    const { lastRotatedAt } = await describeAs({
      ...byAws,
      Tags: tags({ [rotatedTag]: fromHere }),
    });
    expect(lastRotatedAt).toBe(expected);
  });
});

test("of a rotation that was turned off, which AWS still shows, nothing counts", async () => {
  const turnedOff = {
    ...{ RotationEnabled: false, RotationRules: { AutomaticallyAfterDays: 7 } },
    ...{ NextRotationDate: seconds("2024-02-08T00:00:00Z") },
    CreatedDate: seconds("2024-01-01T00:00:00Z"),
  };
  const plain = await describeAs(turnedOff);
  expect(plain.managedRotation).toBe(false);
  expect([plain.rotationPeriodDays, plain.rotationDueAt]).toEqual([undefined, undefined]);
  expect(await describeAs({ ...turnedOff, Tags: tags({ [periodTag]: "30" }) })).toMatchObject({
    ...{ rotationPeriodDays: 30, rotationDueAt: "2024-01-31T00:00:00.000Z" },
  });
});

test.each(["", "none", "-3", "1e999", "2.5"])(
  "a period of somebody else's making, %j, is none",
  async (text) => {
    const { rotationPeriodDays, rotationDueAt } = await describeAs({
      ...{ CreatedDate: 1_700_000_000, Tags: tags({ [periodTag]: text }) },
    });
    expect([rotationPeriodDays, rotationDueAt]).toEqual([undefined, undefined]);
  },
);

onEmulators(({ store, name }) => {
  test("tags that AWS would refuse come back as they were put, and so does an empty description", async () => {
    const aws = store();
    const odd = { owner: "a, b & c", path: "qp:=41", reserved: "aws:x", empty: "", umlaut: "ä b" };
    await aws.putSecret("t/odd", "v", { tags: odd, description: "text" });
    expect((await aws.describeSecret("t/odd")).tags).toEqual(odd);
    await aws.putSecret("t/odd", "w", { tags: { ...odd, owner: "d; e" } });
    expect((await aws.describeSecret("t/odd")).tags).toEqual({ ...odd, owner: "d; e" });
    if (name === "moto") return; // it ignores an empty description
    await aws.putSecret("t/odd", "x", { description: "" });
    expect((await aws.describeSecret("t/odd")).description).toBeUndefined();
  });

  test("48 tags fit beside the store's own two, in every order of putting them", async () => {
    const aws = store();
    const many = (letter: string) =>
      Object.fromEntries(Array.from({ length: 48 }, (_, index) => [`${letter}${index}`, "1"]));
    await aws.putSecret("t/many", "v", { tags: many("a"), rotationPeriodDays: 30 });
    await aws.rotateSecret("t/many", { generate: () => "w" });
    await aws.putSecret("t/many", "x", { tags: many("b") });
    const described = await aws.describeSecret("t/many");
    expect(described.tags).toEqual(many("b"));
    expect(described.rotationPeriodDays).toBe(30);
    expect(described.lastRotatedAt).toBeDefined();
  });

  test("tags that AWS can in no way take are refused before any request", async () => {
    const aws = store();
    for (const odd of [{ "": "1" }, { "a,b": "1" }, { "AWS:x": "1" }, { a: "\uD800" }]) {
      await expect(aws.putSecret("t/none", "v", { tags: odd })).rejects.toMatchObject({
        code: "CONFIGURATION",
      });
    }
    await expect(aws.getSecret("t/none")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
