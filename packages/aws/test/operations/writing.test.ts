import { onWarning, type SecretWarning } from "@llm-orchestrator/secrets-core";
import { size } from "secrets-tools/test-size";
import { describe, expect, onTestFinished, test } from "vitest";
import { aSecret, type Reply } from "../support/scripted-aws.js";
import { onEmulators, scripted } from "../support/servers.js";

const conflict = { code: "CONFLICT" };

onEmulators(({ store, seen }) => {
  test("A02: 20 first puts side by side all succeed, and one of them is current", async () => {
    const aws = store();
    const values = Array.from({ length: 20 }, (_, index) => `value-${index}`);
    await Promise.all(values.map((value) => aws.putSecret("w/race", value)));
    expect(values).toContain((await aws.getSecret("w/race")).value.expose());
  });

  test("A03: a put of a secret that is there is one request", async () => {
    const aws = store();
    await aws.putSecret("w/there", "first");
    seen();
    await aws.putSecret("w/there", "second");
    expect(seen()).toEqual(["PutSecretValue"]);
  });

  test("A08: description and tags of a put to a secret that is there, without a further version", async () => {
    const aws = store();
    await aws.putSecret("w/tagged", "first", { description: "old", tags: { a: "1", b: "2" } });
    await aws.putSecret("w/tagged", "second", { description: "new", tags: { b: "3", c: "4" } });
    const described = await aws.describeSecret("w/tagged");
    expect(described).toMatchObject({ description: "new", tags: { b: "3", c: "4" } });
    expect(Object.keys(described.tags)).toHaveLength(2);
    expect(await aws.getSecretVersions("w/tagged")).toHaveLength(2);
  });

  test("tags and description that a put leaves out stay", async () => {
    const aws = store();
    await aws.putSecret("w/kept", "first", { description: "text", tags: { a: "1" } });
    seen();
    await aws.putSecret("w/kept", "second");
    expect(seen()).toEqual(["PutSecretValue"]);
    const described = await aws.describeSecret("w/kept");
    expect(described).toMatchObject({ description: "text", tags: { a: "1" } });
  });

  test("A09: 65,536 bytes are taken, one more is refused before any request; bytes count", async () => {
    const aws = store();
    const fits = "é".repeat(32_768);
    await aws.putSecret("w/long", fits);
    expect((await aws.getSecret("w/long")).value.expose()).toBe(fits);
    seen();
    const tooLong = aws.putSecret("w/long", `${fits}x`);
    await expect(tooLong).rejects.toMatchObject({ code: "INVALID_SECRET", reason: "too-large" });
    expect(seen()).toEqual([]);
  });

  test("expectedVersion is a compare-and-set of two requests; the loser leaves nothing", async () => {
    const aws = store();
    const first = await aws.putSecret("w/set", "first");
    seen();
    const expectedVersion = first.version as string;
    const second = await aws.putSecret("w/set", "second", { expectedVersion });
    expect(seen()).toEqual(["PutSecretValue", "UpdateSecretVersionStage"]);
    await expect(aws.putSecret("w/set", "third", { expectedVersion })).rejects.toMatchObject(
      conflict,
    );
    expect(await aws.getSecret("w/set")).toMatchObject({ version: second.version });
    expect(await aws.getSecretVersion("w/set", "previous")).toMatchObject({
      version: first.version,
    });
    const rows = await aws.getSecretVersions("w/set");
    expect(rows.map(({ version }) => version)).toEqual([second.version, first.version]);
  });

  test("expectedVersion null creates, and creates once", async () => {
    const aws = store();
    const puts = Array.from({ length: 8 }, (_, index) =>
      aws.putSecret("w/once", `value-${index}`, { expectedVersion: null }),
    );
    const outcomes = await Promise.allSettled(puts);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await expect(aws.putSecret("w/once", "again", { expectedVersion: null })).rejects.toMatchObject(
      conflict,
    );
  });

  test("A21: a put of a secret that is going to be deleted is an error, or restores it by option", async () => {
    const aws = store();
    await aws.putSecret("w/pending", "first");
    await aws.deleteSecret("w/pending");
    const refused = aws.putSecret("w/pending", "second");
    await expect(refused).rejects.toMatchObject({ code: "NOT_FOUND", reason: "pending-deletion" });
    const restoring = store({ onPendingDeletion: "restore" });
    await restoring.putSecret("w/pending", "third");
    expect((await aws.getSecret("w/pending")).value.expose()).toBe("third");
  });
});

describe("on a scripted server", () => {
  const throttled: Reply = { error: "ThrottlingException" };

  test("A04: a throttle never leads to a creation", async () => {
    const { server, store } = await scripted(() => throttled, { maxAttempts: 2 });
    await expect(store.putSecret("k", "v")).rejects.toMatchObject({ code: "THROTTLED" });
    expect(server.operations).toEqual(["PutSecretValue", "PutSecretValue"]);
  });

  test("A06: a reply that is lost after the write makes no second version", {
    timeout: size(30_000, 300_000),
  }, async () => {
    const count = size(100, 1_000);
    const versions = new Set<unknown>();
    const { server, store } = await scripted(
      ({ input }) => {
        const isNew = !versions.has(input.ClientRequestToken);
        versions.add(input.ClientRequestToken);
        return isNew ? "reset" : { json: { VersionId: input.ClientRequestToken as string } };
      },
      { deadlineMs: 60_000 },
    );
    for (let index = 0; index < count; index++) await store.putSecret("k", `value-${index}`);
    expect([versions.size, server.calls.length]).toEqual([count, 2 * count]);
  });

  test("A10: names and tags are checked here; an ending like that of an ARN only warns", async () => {
    const warnings: SecretWarning[] = [];
    onTestFinished(onWarning((warning) => warnings.push(warning)));
    const missing: Reply = { error: "ResourceNotFoundException" };
    const { server, store } = await scripted(({ operation }) =>
      operation === "PutSecretValue" ? missing : { json: { VersionId: "v".repeat(32) } },
    );
    for (const key of ["a b", "a//b", "", "ä", "a".repeat(513), "a:b"]) {
      await expect(store.putSecret(key, "v")).rejects.toMatchObject({ code: "INVALID_KEY" });
    }
    await expect(store.putSecret("k", "")).rejects.toMatchObject({ code: "INVALID_SECRET" });
    for (const tags of [
      { "aws:x": "1" },
      { ["n".repeat(129)]: "1" },
      { a: "v".repeat(257) },
      Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`t${index}`, "1"])),
    ]) {
      await expect(store.putSecret("k", "v", { tags })).rejects.toMatchObject({
        code: "CONFIGURATION",
      });
    }
    expect(server.calls).toEqual([]);
    await expect(store.putSecret("rds!db", "v")).rejects.toMatchObject({ code: "INVALID_KEY" });
    await store.putSecret("prod-abc123", "v");
    await store.putSecret("prod-abc123", "v");
    expect(warnings.map(({ code, key }) => [code, key])).toEqual([
      ["AWS_NAME_LIKE_ARN", "prod-abc123"],
    ]);
  });

  test("A21: creating over a deletion that is not done yet waits for it", async () => {
    let asked = 0;
    const { store } = await scripted(({ operation }) => {
      if (operation === "PutSecretValue") return { error: "ResourceNotFoundException" };
      asked++;
      return asked < 3
        ? { error: "InvalidRequestException", message: "already scheduled for deletion" }
        : { json: { VersionId: "v".repeat(32) } };
    });
    await expect(store.putSecret("k", "v")).resolves.toMatchObject({ version: "v".repeat(32) });
  });

  test("a lost answer to the move of AWSCURRENT is looked into, and is no conflict", async () => {
    let kept = "";
    const { server, store } = await scripted(({ operation, input }, index) => {
      if (operation === "PutSecretValue") {
        kept = String(input.ClientRequestToken);
        return { json: { VersionId: kept } };
      }
      if (operation === "DescribeSecret") {
        return { json: { VersionIdsToStages: { [kept]: ["AWSCURRENT"] } } };
      }
      return index === 1 ? "reset" : { error: "InvalidParameterException" };
    });
    const expectedVersion = "33333333-3333-4333-8333-333333333333";
    const written = await store.putSecret("k", "v", { expectedVersion });
    expect(written.version).toBe(kept);
    expect(server.operations).toEqual([
      ...["PutSecretValue", "UpdateSecretVersionStage", "UpdateSecretVersionStage"],
      "DescribeSecret",
    ]);
  });

  test("description or tags that cannot be written are told with the version that was", async () => {
    const { store } = await scripted(({ operation }) =>
      operation === "PutSecretValue"
        ? { json: { VersionId: "v".repeat(32) } }
        : { error: "AccessDeniedException" },
    );
    await expect(store.putSecret("k", "v", { description: "d" })).rejects.toMatchObject({
      ...{ code: "PERMISSION_DENIED", reason: "metadata-not-written" },
      message: expect.stringContaining("v".repeat(32)),
    });
  });

  test("A07: a token that AWS has seen with another value is a conflict in the end, never a loop", async () => {
    const { server, store } = await scripted(({ operation }) =>
      operation === "PutSecretValue"
        ? { error: "ResourceNotFoundException" }
        : { error: "ResourceExistsException" },
    );
    await expect(store.putSecret("k", "v")).rejects.toMatchObject(conflict);
    expect(server.calls.length).toBeLessThan(20);
  });

  test("a read beside it all is one request still", async () => {
    const { server, store } = await scripted(() => aSecret("v"));
    await store.getSecret("k");
    expect(server.operations).toEqual(["GetSecretValue"]);
  });
});
