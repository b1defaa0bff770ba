import { secretValue } from "@llm-orchestrator/secrets-core";
import { expect, test } from "vitest";
import { onEmulators } from "../support/servers.js";

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
