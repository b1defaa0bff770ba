import { toArray } from "@llm-orchestrator/secrets-core";
import { describe, expect, test } from "vitest";
import { onEmulators, scripted } from "../support/servers.js";

const day = 86_400_000;

onEmulators(({ store, seen }) => {
  test("A15: 250 keys of three pages; a prefix is exact, and knows upper from lower case", async () => {
    const aws = store();
    const keys = Array.from(
      { length: 250 },
      (_, index) => `list/${String(index).padStart(3, "0")}`,
    );
    for (let start = 0; start < keys.length; start += 25) {
      await Promise.all(keys.slice(start, start + 25).map((key) => aws.putSecret(key, "v")));
    }
    await Promise.all(["List/000", "other/list/000", "lis"].map((key) => aws.putSecret(key, "v")));
    seen();
    expect((await toArray(aws.listSecrets("list/"))).sort()).toEqual(keys);
    expect(seen()).toEqual(["ListSecrets", "ListSecrets", "ListSecrets"]);
    expect(await toArray(aws.listSecrets("list/24"))).toHaveLength(10);
    expect(await toArray(aws.listSecrets("!list/"))).toEqual([]);
    const [first] = await toArray(aws.listSecrets("List"));
    expect(first).toBe("List/000");
  });

  test("an early end asks for no further page", async () => {
    const aws = store();
    seen();
    for await (const _key of aws.listSecrets("list/")) break;
    expect(seen()).toEqual(["ListSecrets"]);
  });

  test("A16: versions newest first, with stages and no value", async () => {
    const aws = store();
    const first = await aws.putSecret("v/three", "canary-first");
    const second = await aws.putSecret("v/three", "canary-second");
    const third = await aws.putSecret("v/three", "canary-third");
    const rows = await aws.getSecretVersions("v/three");
    expect(rows.map(({ version }) => version)).toEqual([third.version, second.version]);
    expect(rows.map(({ labels, isCurrent, state }) => [labels, isCurrent, state])).toEqual([
      [["AWSCURRENT"], true, "live"],
      [["AWSPREVIOUS"], false, "live"],
    ]);
    expect(JSON.stringify(rows)).not.toContain("canary");
    expect(first.version).not.toBe(second.version);
  });

  test("A19: a deletion has a window in which it can be undone", async () => {
    const aws = store();
    await aws.putSecret("d/window", "value");
    await aws.deleteSecret("d/window");
    const pending = { code: "NOT_FOUND", reason: "pending-deletion" };
    await expect(aws.getSecret("d/window")).rejects.toMatchObject(pending);
    const { errors } = await aws.getSecrets(["d/window"]);
    expect(errors.get("d/window")).toMatchObject(pending);
    const { deletedAt } = await aws.describeSecret("d/window");
    expect(deletedAt).toMatch(/^\d{4}-/);
    expect(await toArray(aws.listSecrets("d/window"))).toEqual([]);
    await aws.restoreSecret("d/window");
    expect((await aws.getSecret("d/window")).value.expose()).toBe("value");
  });

  test("A20: a deletion for ever may be asked for again, and the name used again", async () => {
    const aws = store();
    await aws.putSecret("d/gone", "value");
    for (let time = 1; time <= 2; time++) {
      await aws.deleteSecret("d/gone", { mode: "permanent" });
    }
    await expect(aws.getSecret("d/gone")).rejects.toMatchObject({ reason: "absent" });
    await aws.putSecret("d/gone", "again");
    expect((await aws.getSecret("d/gone")).value.expose()).toBe("again");
  });
});

onEmulators(({ store }) => {
  test("A16: versions without a stage are shown on request, as deprecated", async () => {
    const aws = store();
    for (const value of ["first", "second", "third"]) await aws.putSecret("v/old", value);
    const rows = await aws.getSecretVersions("v/old", { includeDeprecated: true });
    expect(rows.map(({ state }) => state)).toEqual(["live", "live", "deprecated"]);
  });
}, "moto");

describe("on a scripted server", () => {
  test("the window is the store's, or the call's", async () => {
    const { server, store } = await scripted(() => ({ json: {} }), { recoveryWindowDays: 14 });
    await store.deleteSecret("k");
    await store.deleteSecret("k", { recoveryWindowDays: 7 });
    await store.deleteSecret("k", { mode: "permanent" });
    expect(server.calls.map(({ input }) => input)).toEqual([
      { SecretId: "k", RecoveryWindowInDays: 14 },
      { SecretId: "k", RecoveryWindowInDays: 7 },
      { SecretId: "k", ForceDeleteWithoutRecovery: true },
    ]);
    await expect(store.deleteSecret("k", { recoveryWindowDays: 3 })).rejects.toMatchObject({
      code: "CONFIGURATION",
    });
  });

  test("A16: versions of several pages", async () => {
    const { server, store } = await scripted(({ operation, input }) => {
      if (operation === "DescribeSecret") return { json: {} };
      const isFirst = input.NextToken === undefined;
      const VersionId = isFirst ? "a".repeat(32) : "b".repeat(32);
      const stage = isFirst ? "AWSPREVIOUS" : "AWSCURRENT";
      const row = { VersionId, VersionStages: [stage], CreatedDate: isFirst ? 1 : 2 };
      return { json: { Versions: [row], ...(isFirst && { NextToken: "more" }) } };
    });
    const rows = await store.getSecretVersions("k");
    expect(rows.map(({ version }) => version)).toEqual(["b".repeat(32), "a".repeat(32)]);
    expect(server.operations.filter((name) => name === "ListSecretVersionIds")).toHaveLength(2);
  });

  test("describeSecret tells when AWS rotates, and when it is due", async () => {
    const { store } = await scripted(() => ({
      json: {
        ...{ RotationEnabled: true, RotationRules: { AutomaticallyAfterDays: 30 } },
        ...{ LastRotatedDate: 1_700_000_000, NextRotationDate: 1_700_000_000 + (30 * day) / 1_000 },
        VersionIdsToStages: { ["c".repeat(32)]: ["AWSCURRENT"] },
      },
    }));
    expect(await store.describeSecret("k")).toMatchObject({
      ...{ managedRotation: true, rotationPeriodDays: 30, currentVersion: "c".repeat(32) },
      ...{ lastRotatedAt: "2023-11-14T22:13:20.000Z", rotationDueAt: "2023-12-14T22:13:20.000Z" },
    });
  });
});
