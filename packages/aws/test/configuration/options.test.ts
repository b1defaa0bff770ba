import { inspect } from "node:util";
import { afterEach, expect, test, vi } from "vitest";
import { AwsConfig, AwsSecretStore, type AwsSecretStoreOptions } from "../../src/index.js";
import { aSecret } from "../support/scripted-aws.js";
import { scripted } from "../support/servers.js";

const configuration = { code: "CONFIGURATION" };
const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret-example" };

afterEach(() => void vi.unstubAllEnvs());

function failureOf(options: unknown): unknown {
  try {
    return new AwsSecretStore(options as AwsSecretStoreOptions);
  } catch (error) {
    return error;
  }
}

test.each([
  [null],
  ["us-east-1"],
  [{ region: null }],
  [{ regions: null }],
  [{ regions: [] }],
  [{ regions: ["us-east-1", "us-east-1"] }],
  [{ region: "us-east-1", regions: ["us-east-1"] }],
  [{ region: "https://us-east-1" }],
  [{ credentials: null }],
  [{ credentials: { accessKeyId: "a" } }],
  [{ client: null }],
  [{ client: {} }],
  [{ defaults: null }],
  [{ defaults: { bucket: 1 } }],
  [{ endpoint: "http://example.com" }],
  [{ endpoint: "https://user:canary@example.com" }],
  [{ dangerouslyAllowPlainHttp: "false" }],
  [{ generate: "canary" }],
  [{ timeoutMs: 0 }],
  [{ recoveryWindowDays: 6 }],
  [{ healthKey: "a b" }],
  [{ bucket: "canary" }],
])("%j is refused when the store is made, and nothing of it is quoted", (options) => {
  const error = failureOf(options);
  expect(error).toMatchObject(configuration);
  expect(String(error)).not.toContain("canary");
});

test("a getter that throws is a mistake of configuration, and what it throws is not passed on", () => {
  const options = Object.defineProperty({}, "region", {
    enumerable: true,
    get() {
      throw new Error("canary");
    },
  });
  const error = failureOf(options);
  expect(error).toMatchObject(configuration);
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("canary");
});

test("options are read once: a getter's second answer and later changes say nothing", async () => {
  let asked = 0;
  const credentials = { ...keys };
  const regions = ["us-east-1"];
  const given = { credentials, regions, region: undefined };
  Object.defineProperty(given, "generate", {
    enumerable: true,
    get: () => (++asked === 1 ? () => "made" : "no function"),
  });
  const { server, store } = await scripted(() => aSecret("v"), given);
  credentials.accessKeyId = "AKIDLATER";
  regions[0] = "eu-west-1";
  await store.getSecret("k");
  expect(asked).toBe(1);
  expect(server.calls[0]).toMatchObject({ accessKeyId: "AKIDEXAMPLE", region: "us-east-1" });
});

test("frozen options, and those of a config, will do", async () => {
  const frozen = Object.freeze({ region: "us-east-1", credentials: Object.freeze({ ...keys }) });
  expect(new AwsSecretStore(frozen).name).toBe("aws");
  expect(new AwsSecretStore(new AwsConfig(frozen)).name).toBe("aws");
});

test.each<[what: string, client: unknown]>([
  [
    "throws",
    () => {
      throw new Error("canary");
    },
  ],
  ["returns none", () => undefined],
  ["returns a promise", async () => ({ send: async () => ({}) })],
  ["is the class itself", class SecretsManagerClient {}],
])("a client function that %s is said to be at fault", async (_, client) => {
  const store = new AwsSecretStore({ region: "us-east-1", client } as AwsSecretStoreOptions);
  const error = await store.getSecret("k").catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ ...configuration, message: expect.stringContaining("client") });
  expect(String(error)).not.toContain("canary");
  await expect(store.preload()).rejects.toMatchObject(configuration);
  await store.close();
});

test("a client function may fail once", async () => {
  let asked = 0;
  const client = () => {
    if (++asked === 1) throw new Error("not yet");
    return { send: async () => ({ SecretString: "v", VersionId: "v".repeat(32) }) };
  };
  const store = new AwsSecretStore({ region: "us-east-1", client });
  await expect(store.getSecret("k")).rejects.toMatchObject(configuration);
  expect((await store.getSecret("k")).value.expose()).toBe("v");
});

test.each<[what: string, endpoint: () => unknown]>([
  [
    "throws",
    () => {
      throw new Error("canary");
    },
  ],
  ["returns none", () => undefined],
  ["names another machine over http", () => "http://example.com"],
])("an endpoint function that %s is said to be at fault", async (_, endpoint) => {
  const { store } = await scripted(() => aSecret("v"), { endpoint } as AwsSecretStoreOptions);
  const error = await store.getSecret("k").catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ ...configuration, message: expect.stringContaining("endpoint") });
  expect(String(error)).not.toContain("canary");
});

test.each([[undefined], [null], [{}], [{ ...keys, expiration: "tomorrow" }]])(
  "a credential function that returns %j is said to be at fault",
  async (found) => {
    const credentials = async () => found as never;
    const { server, store } = await scripted(() => aSecret("v"), { credentials });
    await expect(store.getSecret("k")).rejects.toMatchObject({
      ...{ code: "AUTHENTICATION_FAILED", reason: "no-credentials" },
      message: expect.stringContaining("credentials"),
    });
    expect(server.calls).toEqual([]);
  },
);

test('one client is for one region: an ARN of another is no "not found"', async () => {
  vi.stubEnv("AWS_REGION", "ap-south-1");
  let sent = 0;
  const client = {
    config: { region: async () => "us-east-1" },
    send: async () => {
      sent++;
      return { SecretString: "v", VersionId: "v".repeat(32) };
    },
  };
  const arnIn = (region: string) => `arn:aws:secretsmanager:${region}:123456789012:secret:k`;
  const store = new AwsSecretStore({ client });
  for (const key of ["k", arnIn("us-east-1")]) await store.getSecret(key);
  await expect(store.getSecret(arnIn("eu-west-1"))).rejects.toMatchObject(configuration);
  const { errors } = await store.getSecrets([arnIn("eu-west-1"), arnIn("eu-west-2")]);
  expect([...errors.values()]).toMatchObject([configuration, configuration]);
  const elsewhere = new AwsSecretStore({ region: "eu-west-1", client });
  await expect(elsewhere.getSecret("k")).rejects.toMatchObject(configuration);
  expect(sent).toBe(2);
});

test("what the environment says gives way to options that contradict it", async () => {
  vi.stubEnv("AWS_REGION", "us-east-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDAMBIENT");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret-ambient");
  vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
  const made: unknown[] = [];
  const client = (region: string | undefined) => {
    made.push(region);
    return { send: async () => ({ SecretString: "v", VersionId: "v".repeat(32) }) };
  };
  const regions = ["eu-west-1", "eu-central-1"];
  const store = AwsSecretStore.fromEnv({ regions, client });
  expect((await store.getSecret("k")).store).toBe("aws(eu-west-1)");
  expect(made).toEqual(["eu-west-1"]);
  AwsSecretStore.fromEnv({ profile: "reader" });
  vi.stubEnv("AWS_ACCESS_KEY_ID", undefined);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", undefined);
  vi.stubEnv("AWS_PROFILE", "ambient");
  AwsSecretStore.fromEnv({ credentials: keys });
  const { server, store: own } = await scripted(() => aSecret("v"), {
    ...{ credentials: undefined, region: undefined },
    defaults: { region: "ap-south-1", credentials: keys, endpoint: "http://127.0.0.1:1" },
  });
  await own.getSecret("k");
  expect(server.calls[0]).toMatchObject({ accessKeyId: "AKIDEXAMPLE", region: "ap-south-1" });
});
