import { secretValue } from "@llm-orchestrator/secrets-core";
import { describe, expect, test } from "vitest";
import { aSecret } from "../support/scripted-aws.js";
import { onEmulators, scripted } from "../support/servers.js";

const isoTime = /^\d{4}-\d\d-\d\dT.*Z$/;

onEmulators((emulated) => {
  const { store, seen } = emulated;
  test("A01: a read is one request, and has version, stages and date", async () => {
    const aws = store();
    const { version } = await aws.putSecret("a/one", "first");
    seen();
    const secret = await aws.getSecret("a/one");
    expect(seen()).toEqual(["GetSecretValue"]);
    expect(secret).toMatchObject({ version, labels: ["AWSCURRENT"], store: "aws", stale: false });
    expect(secret.createdAt).toMatch(isoTime);
    expect(secret.value.expose()).toBe("first");
  });

  test("A11: bytes that are no text come back the same", async () => {
    const aws = store();
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    await aws.putSecret("a/bytes", bytes);
    const { value } = await aws.getSecret("a/bytes");
    expect(value.exposeBytes()).toEqual(bytes);
    const bom = secretValue("\uFEFFtext");
    await aws.putSecret("a/bom", bom);
    expect((await aws.getSecret("a/bom")).value.equals(bom)).toBe(true);
  });

  test("A12: one field of a JSON secret; a wrong one is typed and quotes nothing", async () => {
    const aws = store();
    await aws.putSecret("a/json", '{"user":"ann","password":"canary-1","port":5432}');
    expect((await aws.getSecret("a/json", { field: "password" })).value.expose()).toBe("canary-1");
    expect((await aws.getSecret("a/json", { field: "port" })).value.expose()).toBe("5432");
    await aws.putSecret("a/text", "canary-2 is no JSON");
    for (const [key, field] of [
      ["a/json", "absent"],
      ["a/json", "toString"],
      ["a/text", "password"],
    ] as const) {
      const error = await aws.getSecret(key, { field }).catch((thrown: Error) => thrown);
      expect(error).toMatchObject({ code: "INVALID_SECRET" });
      expect(String(error)).not.toContain("canary");
    }
    const polluting = aws.getSecret("a/json", { field: "__proto__" });
    await expect(polluting).rejects.toMatchObject({ code: "CONFIGURATION" });
  });

  test("A13: name, ARN and partial ARN give the same secret", async () => {
    const aws = store();
    await aws.putSecret("a/named", "value");
    const arn = await arnOf("a/named");
    for (const key of ["a/named", arn, arn.replace(/-[A-Za-z0-9]{6}$/, "")]) {
      expect((await aws.getSecret(key)).value.expose()).toBe("value");
      expect((await aws.getSecrets([key])).secrets.get(key)?.value.expose()).toBe("value");
    }
  });

  test("A17: a version by its id, as previous, by a stage; another is NOT_FOUND", async () => {
    const aws = store();
    const first = await aws.putSecret("a/two", "first");
    const second = await aws.putSecret("a/two", "second");
    const text = async (version: string) =>
      (await aws.getSecretVersion("a/two", version)).value.expose();
    expect(await text(first.version as string)).toBe("first");
    expect(await text(second.version as string)).toBe("second");
    expect(await text("previous")).toBe("first");
    expect(await text("current")).toBe("second");
    expect(await text("AWSPREVIOUS")).toBe("first");
    for (const version of ["22222222-2222-4222-8222-222222222222", "NOSTAGE"]) {
      const absent = aws.getSecretVersion("a/two", version);
      await expect(absent).rejects.toMatchObject({ code: "NOT_FOUND" });
    }
  });

  test("of a secret that was put once nothing is previous, and nothing can be rolled back to", async () => {
    const aws = store();
    await aws.putSecret("a/once", "first");
    const absent = { code: "NOT_FOUND" };
    await expect(aws.getSecretVersion("a/once", "previous")).rejects.toMatchObject(absent);
    await expect(aws.rollback("a/once")).rejects.toMatchObject(absent);
    expect((await aws.getSecret("a/once")).value.expose()).toBe("first");
  });

  test("one secret asked for by its name, its ARN and a part of that, at once, is all of them", async () => {
    const aws = store();
    await aws.putSecret("a/thrice-abc123", "value");
    const arn = await arnOf("a/thrice-abc123");
    const keys = ["a/thrice-abc123", arn, arn.replace(/-[A-Za-z0-9]{6}$/, "")];
    const { secrets, errors } = await aws.getSecrets([...keys, ...keys]);
    expect([[...secrets.keys()], errors.size]).toEqual([keys, 0]);
    for (const secret of secrets.values()) expect(secret.value.expose()).toBe("value");
  });

  test("a name may begin with a slash", async () => {
    const aws = store();
    await aws.putSecret("/a/slash", "value");
    expect((await aws.getSecret("/a/slash")).value.expose()).toBe("value");
    await expect(aws.getSecret("//a")).rejects.toMatchObject({ code: "INVALID_KEY" });
  });

  /** As the emulator gave it; asked without the store, which hands out no response. */
  async function arnOf(key: string): Promise<string> {
    const { SecretsManagerClient, DescribeSecretCommand } = await import(
      "@aws-sdk/client-secrets-manager"
    );
    const { endpoint, region, credentials } = emulated.server;
    const client = new SecretsManagerClient({ endpoint, region, credentials });
    const { ARN } = await client.send(new DescribeSecretCommand({ SecretId: key }));
    client.destroy();
    return ARN as string;
  }
});

describe("an ARN", () => {
  const arnIn = (region: string, name = "k-AbCdEf", partition = "aws") =>
    `arn:${partition}:secretsmanager:${region}:123456789012:secret:${name}`;

  test.each([
    [arnIn("cn-north-1", "k-AbCdEf", "aws-cn"), "cn-north-1"],
    [arnIn("us-gov-west-1", "k", "aws-us-gov"), "us-gov-west-1"],
    [arnIn("eu-west-1", "/lead/slash"), "eu-west-1"],
    [arnIn("eu-west-1", "rds!cluster-1234"), "eu-west-1"],
  ])("%s is asked for as it is, in %s", async (key, region) => {
    const { server, store } = await scripted(() => aSecret("v"));
    await store.getSecret(key);
    expect(server.calls[0]).toMatchObject({ region, input: { SecretId: key } });
  });

  test.each([
    [arnIn("example")],
    [arnIn("us-east-1.example.com")],
    [arnIn("us-east-1", "a//b")],
    ["arn:aws:lambda:us-east-1:123456789012:function:k"],
    ["arn:aws:secretsmanager:us-east-1:123:secret:k"],
  ])("%s is no key, and nothing is sent", async (key) => {
    const { server, store } = await scripted(() => aSecret("v"));
    await expect(store.getSecret(key)).rejects.toMatchObject({ code: "INVALID_KEY" });
    expect(server.calls).toEqual([]);
  });
});

test("a secret that an AWS service made can be read", async () => {
  const { server, store } = await scripted(() => aSecret("v"));
  await store.getSecret("rds!cluster-1234");
  expect(server.calls[0]?.input.SecretId).toBe("rds!cluster-1234");
});
