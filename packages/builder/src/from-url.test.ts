import {
  BaseSecretStore,
  type Environment,
  type SecretBackend,
  type SecretStoreUrl,
} from "@llm-orchestrator/secrets-core";
import { assertNoLeak } from "@llm-orchestrator/secrets-testing";
import { expect, onTestFinished, test, vi } from "vitest";
import { SecretManagerBuilder } from "./index.js";

interface CloudOptions {
  readonly host?: string;
  readonly token?: string;
  readonly namespace?: string;
}

class CloudStore extends BaseSecretStore {
  readonly options: CloudOptions;
  constructor(options: CloudOptions) {
    super({ name: "cloud" });
    this.options = options;
  }
  protected override async read(key: string) {
    return { value: `${this.options.host}/${key}` };
  }
}

const made: CloudOptions[] = [];
const seen: { url?: SecretStoreUrl; environment?: Environment } = {};

const cloudBackend: SecretBackend<CloudOptions, CloudStore> = {
  scheme: "cloud",
  create(options) {
    made.push(options);
    return new CloudStore(options);
  },
  optionsFromUrl(url) {
    seen.url = url;
    const namespace = url.parameters.get("namespace");
    return { host: url.host, ...(namespace !== undefined && { namespace }) };
  },
  keyPrefixFromUrl: ({ path }) => path.map((segment) => `${segment}/`).join(""),
  optionsFromEnv(environment) {
    seen.environment = environment;
    const { CLOUD_HOST: host, CLOUD_TOKEN: token } = environment;
    return { ...(host && { host }), ...(token && { token }) };
  },
};

const backends = [cloudBackend];
const fromUrl = (url: string, environment: Environment = {}) =>
  SecretManagerBuilder.fromUrl(url, { backends, environment });

test("a URL makes the store of the backend that has its scheme", async () => {
  const store = await fromUrl("cloud://example.com:8200/team/one?namespace=prod").build();
  expect(made.at(-1)).toEqual({ host: "example.com:8200", namespace: "prod" });
  const secret = await store.getSecret("db");
  expect([secret.key, secret.value.expose()]).toEqual(["db", "example.com:8200/team/one/db"]);
});

test("the URL's key prefix comes before the builder's own", async () => {
  const store = await fromUrl("cloud://h/prod").withKeyPrefix("team/").build();
  expect((await store.getSecret("db")).value.expose()).toBe("h/prod/team/db");
});

test("options win in this order: withConfig, the URL, the environment", async () => {
  const environment = { CLOUD_HOST: "from-env", CLOUD_TOKEN: "from-env" };
  await fromUrl("cloud://from-url", environment).withConfig({ namespace: "config" }).build();
  expect(made.at(-1)).toEqual({ host: "from-url", token: "from-env", namespace: "config" });
  await fromUrl("cloud://from-url", environment).withConfig({ host: "config" }).build();
  expect(made.at(-1)).toEqual({ host: "config", token: "from-env" });
});

test("the environment is process.env unless one is passed, read at build()", async () => {
  const builder = SecretManagerBuilder.fromUrl("cloud://h", { backends });
  vi.stubEnv("CLOUD_TOKEN", "set later");
  onTestFinished(() => void vi.unstubAllEnvs());
  await builder.build();
  expect(made.at(-1)?.token).toBe("set later");
  await fromUrl("cloud://h").build();
  expect(made.at(-1)).not.toHaveProperty("token");
});

test("a scheme's suffix reaches the backend of the scheme before it", async () => {
  await fromUrl("cloud+http://127.0.0.1:80").build();
  expect(seen.url).toMatchObject({ scheme: "cloud+http", host: "127.0.0.1:80" });
});

test("a backend of the very scheme wins over one of the scheme before the suffix", async () => {
  const create = vi.fn(cloudBackend.create);
  const exact = { ...cloudBackend, scheme: "cloud+http", create };
  await SecretManagerBuilder.fromUrl("cloud+http://h", { backends: [cloudBackend, exact] }).build();
  expect(create).toHaveBeenCalledTimes(1);
});

test("env: is built in, and a backend that is passed for it wins", async () => {
  vi.stubEnv("APP_DB", "1");
  onTestFinished(() => void vi.unstubAllEnvs());
  const store = await SecretManagerBuilder.fromUrl("env:?prefix=APP_").build();
  expect((await store.getSecret("db")).value.expose()).toBe("1");
  const own = { ...cloudBackend, scheme: "env" };
  const replaced = await SecretManagerBuilder.fromUrl("env:", { backends: [own] }).build();
  expect(replaced.name).toBe("cloud");
});

test("the aliases work on a builder of a URL", async () => {
  vi.stubEnv("OTHER_DB", "2");
  onTestFinished(() => void vi.unstubAllEnvs());
  const store = await SecretManagerBuilder.fromUrl("env:?prefix=APP_")
    .withEnvPrefix("OTHER_")
    .build();
  expect((await store.getSecret("db")).value.expose()).toBe("2");
});

test("an unknown scheme names the schemes that there are, and backends", async () => {
  await expect(fromUrl("gcp://project").build()).rejects.toMatchObject({
    ...{ code: "CONFIGURATION", reason: "url-scheme" },
    message: expect.stringMatching(/none of cloud, env, file, vault, aws\. .*\{ backends: \[/),
  });
});

test("a scheme is never a package's name", async () => {
  for (const url of ["node:fs", "constructor:x", "secrets-env:", "__proto__:", "toString:"]) {
    await expect(SecretManagerBuilder.fromUrl(url).build()).rejects.toMatchObject({
      code: "CONFIGURATION",
    });
  }
});

test("a backend that reads nothing from a URL takes its scheme alone", async () => {
  const bare = { scheme: "bare", create: () => new CloudStore({}) };
  const build = (url: string) => SecretManagerBuilder.fromUrl(url, { backends: [bare] }).build();
  expect((await build("bare:")).name).toBe("cloud");
  for (const url of ["bare://host", "bare:path", "bare:?a=1", "bare+http:"]) {
    await expect(build(url)).rejects.toMatchObject({
      code: "CONFIGURATION",
      message: expect.stringContaining("reads no options from a URL"),
    });
  }
});

const any = (value: unknown) => value as never;

test.each<[string, () => SecretManagerBuilder<never>, string]>([
  [
    "a URL that is no text",
    () => any(SecretManagerBuilder.fromUrl(any(undefined))),
    "not a string",
  ],
  ["a URL object", () => any(SecretManagerBuilder.fromUrl(any(new URL("env:")))), "not a string"],
  [
    "an unknown option",
    () => any(SecretManagerBuilder.fromUrl("env:", any({ backend: 1 }))),
    "takes",
  ],
  ["options as an array", () => any(SecretManagerBuilder.fromUrl("env:", any([]))), "plain object"],
  ["one backend", () => any(SecretManagerBuilder.fromUrl("x:", any({ backends: {} }))), "an array"],
  [
    "a backend that is none",
    () => any(SecretManagerBuilder.fromUrl("x:", any({ backends: [undefined] }))),
    "not a SecretBackend",
  ],
  [
    "two backends of a scheme",
    () => any(SecretManagerBuilder.fromUrl("x:", { backends: [cloudBackend, cloudBackend] })),
    "have the scheme cloud",
  ],
  [
    "an environment that is text",
    () => any(SecretManagerBuilder.fromUrl("env:", any({ environment: "A=1" }))),
    "not an object",
  ],
  ["a parameter that env lacks", () => any(SecretManagerBuilder.fromUrl("env:?prefx=A")), "prefx"],
  ["a key prefix that is no prefix", () => any(fromUrl("cloud://h/a%20b")), "key prefix"],
])("%s is CONFIGURATION from build()", async (_, make, says) => {
  const error = await make()
    .build()
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "CONFIGURATION" });
  expect((error as Error).message).toContain(says);
});

test("a credential in a URL makes nothing and is in no error", async () => {
  const canary = "canary-Gh77sPqa";
  const count = made.length;
  for (const url of [`cloud://u:${canary}@h/x`, `cloud://h?token=${canary}`]) {
    const build = () => fromUrl(url).build();
    await expect(build()).rejects.toMatchObject({ reason: "url-credentials" });
    await assertNoLeak(build, [canary], { slowChannels: false });
    await assertNoLeak(fromUrl(url), [canary], { slowChannels: false });
  }
  expect(made).toHaveLength(count);
});
