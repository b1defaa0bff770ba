import { AwsConfig, AwsSecretStore } from "@llm-orchestrator/secrets-aws";
import { SecretCache } from "@llm-orchestrator/secrets-cache";
import { expect, expectTypeOf, onTestFinished, test, vi } from "vitest";
import { SecretManagerBuilder, SecretStoreType } from "./index.js";

/** Nothing of the machine: no files, no role of an instance. */
function environment(variables: Readonly<Record<string, string>>): void {
  const none = { AWS_REGION: "", AWS_DEFAULT_REGION: "", AWS_EC2_METADATA_DISABLED: "true" };
  const files = { AWS_CONFIG_FILE: "/nowhere/config", AWS_SHARED_CREDENTIALS_FILE: "/nowhere/c" };
  for (const [name, value] of Object.entries({ ...none, ...files, ...variables })) {
    vi.stubEnv(name, value);
  }
  onTestFinished(() => void vi.unstubAllEnvs());
}

const keys = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret-example" };

test("buildAwsDefault takes region and credentials from the environment", async () => {
  environment({ ...keys, AWS_REGION: "eu-west-1" });
  const store = await SecretManagerBuilder.buildAwsDefault();
  expect(store).toBeInstanceOf(AwsSecretStore);
  const cache = await SecretManagerBuilder.buildAwsDefault({ cached: { ttlMs: 60_000 } });
  expectTypeOf(cache).toEqualTypeOf<SecretCache>();
  expect([cache.name, cache.ttlMs]).toEqual(["cache(aws)", 60_000]);
  expect(await SecretManagerBuilder.buildAwsDefault({ cached: true })).toBeInstanceOf(SecretCache);
});

test("A37: without a region build() says what to set, and AWS_DEFAULT_REGION is one", async () => {
  environment(keys);
  await expect(SecretManagerBuilder.buildAwsDefault()).rejects.toMatchObject({
    ...{ code: "CONFIGURATION", reason: "no-region" },
    message: expect.stringContaining("AWS_REGION"),
  });
  environment({ ...keys, AWS_DEFAULT_REGION: "eu-west-1" });
  await expect(SecretManagerBuilder.buildAwsDefault()).resolves.toBeDefined();
});

test("A37: without credentials build() says where they are looked for", async () => {
  environment({ AWS_REGION: "eu-west-1", AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" });
  await expect(SecretManagerBuilder.buildAwsDefault()).rejects.toMatchObject({
    ...{ code: "AUTHENTICATION_FAILED", reason: "no-credentials" },
    message: expect.stringContaining("AWS_ACCESS_KEY_ID"),
  });
});

test("a config of the guide's kind goes to withAwsConfig, and prints no credential", async () => {
  const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "canary-secret-key" };
  const config = new AwsConfig({ region: "us-west-2", credentials });
  expect(JSON.stringify(config) + String(Object.values(config))).not.toContain("canary");
  const builder = new SecretManagerBuilder(SecretStoreType.AwsSecretsManager);
  const store = await builder.withAwsConfig(config).withCache().build();
  expect(store.name).toBe("cache(aws)");
});

test("a URL gives region and prefix", async () => {
  const url = "aws://us-east-1/prod";
  const store = await SecretManagerBuilder.fromUrl(url, { environment: keys }).build();
  expect([store.name, store.keySyntax.maxLength]).toEqual(["aws", 507]);
  const wrong = SecretManagerBuilder.fromUrl("aws://somewhere.example/prod", { environment: keys });
  await expect(wrong.build()).rejects.toThrow(/no region/);
});
