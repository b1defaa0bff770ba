import {
  BaseSecretStore,
  onWarning,
  type SecretBackend,
  SecretError,
  type SecretStore,
} from "@llm-orchestrator/secrets-core";
import { EnvSecretStore } from "@llm-orchestrator/secrets-env";
import { assertNoLeak, MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { expect, onTestFinished, test, vi } from "vitest";
import { SecretManagerBuilder, SecretStoreType } from "./index.js";

interface MapOptions {
  readonly values?: Readonly<Record<string, string>>;
  readonly name?: string;
}

class MapStore extends BaseSecretStore {
  readonly options: MapOptions;
  isClosed = false;
  constructor(options: MapOptions) {
    super({ name: options.name ?? "map" });
    this.options = options;
  }
  protected override async read(key: string) {
    const value = this.options.values?.[key];
    return value === undefined ? undefined : { value };
  }
  protected override async release() {
    this.isClosed = true;
  }
}

/** A backend that remembers what it made. */
function mapBackend() {
  const made: MapStore[] = [];
  const backend = {
    scheme: "map",
    create(options: MapOptions) {
      const store = new MapStore(options);
      made.push(store);
      return store;
    },
  } satisfies SecretBackend<MapOptions, MapStore>;
  return { backend, made };
}

const failing = () => new SecretManagerBuilder("vault");

test("a backend object makes the store from the options", async () => {
  const { backend } = mapBackend();
  const store = await new SecretManagerBuilder(backend, { values: { a: "1" } }).build();
  expect((await store.getSecret("a")).value.expose()).toBe("1");
});

test("later options add to earlier ones and win over them; undefined counts as not given", async () => {
  const { backend, made } = mapBackend();
  await new SecretManagerBuilder(backend, { name: "one", values: { a: "1" } })
    .withConfig({ name: "two" })
    .withConfig({ name: undefined } as never)
    .build();
  expect(made[0]?.options).toEqual({ name: "two", values: { a: "1" } });
});

test("a store instance is used as it is", async () => {
  const memory = MemorySecretStore.from({ a: "1" });
  expect(await new SecretManagerBuilder(memory).build()).toBe(memory);
});

test("names make the stores of the first-party packages", async () => {
  const environment = { APP_A: "1" };
  const store = await new SecretManagerBuilder(SecretStoreType.Environment, { environment })
    .withEnvPrefix("APP_")
    .build();
  expect(store).toBeInstanceOf(EnvSecretStore);
  expect((await store.getSecret("a")).value.expose()).toBe("1");
  expect(SecretStoreType).toEqual({ Environment: "env", Vault: "vault", AwsSecretsManager: "aws" });
});

test("buildEnv is the env store with an optional prefix", async () => {
  vi.stubEnv("BUILDER_TEST_KEY", "1");
  onTestFinished(() => void vi.unstubAllEnvs());
  const prefixed = await SecretManagerBuilder.buildEnv("BUILDER_TEST_");
  const plain = await SecretManagerBuilder.buildEnv();
  expect((await prefixed.getSecret("key")).value.expose()).toBe("1");
  expect((await plain.getSecret("builder/test/key")).value.expose()).toBe("1");
  await expect(SecretManagerBuilder.buildEnv(7 as never)).rejects.toMatchObject({
    code: "CONFIGURATION",
  });
});

type Step = (builder: SecretManagerBuilder<MemorySecretStore>) => unknown;

test("the wrappers are in the same order whatever the order of the calls", async () => {
  onTestFinished(onWarning(() => {}));
  const steps: readonly Step[] = [
    (builder) => builder.withKeyPrefix("team/"),
    (builder) => builder.withFallback(MemorySecretStore.from({ b: "2" }, { name: "second" })),
    (builder) => builder.readOnly(),
  ];
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ];
  for (const order of orders) {
    const builder = new SecretManagerBuilder(MemorySecretStore.from({ "team/a": "1" }));
    for (const index of order) steps[index]?.(builder);
    const store = await builder.build();
    expect(store.name).toBe("fallback(memory,second)");
    expect((await store.getSecret("a")).key).toBe("a"); // the prefix is the first store's
    expect((await store.getSecret("b")).store).toBe("second"); // and not the fallback's
    await expect(store.putSecret("a", "x")).rejects.toMatchObject({ reason: "read-only" });
  }
});

test("fallbacks are asked in the order of the calls, and the last options count", async () => {
  onTestFinished(onWarning(() => {}));
  const { backend } = mapBackend();
  const named = (name: string, values = {}) => new SecretManagerBuilder(backend, { name, values });
  const first = new MemorySecretStore();
  const store = await new SecretManagerBuilder(first)
    .withFallback(named("one"), named("two", { a: "2" }), { on: ["NOT_FOUND"] })
    .withFallback(named("three", { a: "3", b: "3" }), { on: ["NOT_FOUND", "THROTTLED"] })
    .build();
  expect(store.name).toBe("fallback(memory,one,two,three)");
  first.simulate("THROTTLED");
  expect((await store.getSecret("a")).store).toBe("two");
  expect((await store.getSecret("b")).store).toBe("three");
});

test("a builder called twice makes two independent stores", async () => {
  const { backend, made } = mapBackend();
  const builder = new SecretManagerBuilder(backend).withFallback(new SecretManagerBuilder(backend));
  const [one, two] = await Promise.all([builder.build(), builder.build()]);
  await one.close();
  expect(made.filter(({ isClosed }) => isClosed)).toHaveLength(2);
  expect(made).toHaveLength(4);
  await expect(one.getSecret("a")).rejects.toMatchObject({ code: "CLOSED" });
  await expect(two.getSecret("a")).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("a change after build() does not reach a store that is being built", async () => {
  const { backend } = mapBackend();
  const builder = new SecretManagerBuilder(backend);
  const building = builder.build();
  builder.readOnly().withFallback(new MemorySecretStore());
  expect((await building).name).toBe("map");
});

test("a store that was passed in goes into one built store only", async () => {
  for (const builder of [
    new SecretManagerBuilder(new MemorySecretStore()),
    new SecretManagerBuilder(mapBackend().backend).withFallback(new MemorySecretStore()),
  ]) {
    const first = builder.build();
    await expect(builder.build()).rejects.toMatchObject({
      ...{ code: "CONFIGURATION", reason: "already-built" },
    });
    await first;
    await expect(builder.build()).rejects.toMatchObject({ reason: "already-built" });
  }
});

test("closing the built store closes what was passed in and what was made", async () => {
  const { backend, made } = mapBackend();
  const fallback = new MemorySecretStore();
  const store = await new SecretManagerBuilder(backend)
    .withKeyPrefix("team/")
    .withFallback(fallback)
    .readOnly()
    .build();
  await store[Symbol.asyncDispose]();
  expect(made[0]?.isClosed).toBe(true);
  await expect(fallback.getSecret("a")).rejects.toMatchObject({ code: "CLOSED" });
});

test("when a later step fails, what was made is closed and what was passed in is not", async () => {
  const { backend, made } = mapBackend();
  const mine = MemorySecretStore.from({ a: "1" });
  const builder = new SecretManagerBuilder(backend).withFallback(
    mine,
    new SecretManagerBuilder(backend),
    failing(),
  );
  await expect(builder.build()).rejects.toMatchObject({ reason: "package-absent" });
  expect(made.map(({ isClosed }) => isClosed)).toEqual([true, true]);
  expect((await mine.getSecret("a")).version).toBe("1");

  const wrapping = new SecretManagerBuilder(mine).withFallback(failing());
  for (let attempt = 1; attempt <= 2; attempt++) {
    await expect(wrapping.build()).rejects.toMatchObject({ reason: "package-absent" });
  }
  expect((await mine.getSecret("a")).version).toBe("1");

  const prefixed = new SecretManagerBuilder(backend).withKeyPrefix("../");
  await expect(prefixed.build()).rejects.toMatchObject({ code: "CONFIGURATION" });
  expect(made[2]?.isClosed).toBe(true);
});

test("a failure while cleaning up does not hide the failure that led to it", async () => {
  const { backend, made } = mapBackend();
  const broken = {
    ...backend,
    create: (options: MapOptions) =>
      Object.assign(backend.create(options), {
        close: () => {
          throw new Error("socket");
        },
      }),
  };
  await expect(
    new SecretManagerBuilder(broken).withFallback(failing()).build(),
  ).rejects.toMatchObject({ reason: "package-absent" });
  expect(made).toHaveLength(1);
});

test("a builder that is a fallback of itself is refused, directly and around a corner", async () => {
  const { backend } = mapBackend();
  const one = new SecretManagerBuilder(backend);
  const two = new SecretManagerBuilder(backend).withFallback(one);
  one.withFallback(two);
  await expect(one.build()).rejects.toMatchObject({
    message: expect.stringContaining("a fallback of itself"),
  });
  const self = new SecretManagerBuilder(backend);
  await expect(self.withFallback(self).build()).rejects.toMatchObject({ code: "CONFIGURATION" });
});

const wrong = (name: string, make: () => { build(): Promise<SecretStore> }, says: string) =>
  [name, make, says] as const;
const any = (value: unknown) => value as never;
const env = () => new SecretManagerBuilder("env");

test.each([
  wrong("no source", () => new SecretManagerBuilder(any(undefined)), "not a SecretBackend"),
  wrong("null", () => new SecretManagerBuilder(any(null)), "not a SecretBackend"),
  wrong("a number", () => new SecretManagerBuilder(any(7)), "not a SecretBackend"),
  wrong("a class", () => new SecretManagerBuilder(any(EnvSecretStore)), "not a SecretBackend"),
  wrong("an empty object", () => new SecretManagerBuilder(any({})), "not a SecretBackend"),
  wrong(
    "a backend with a bad scheme",
    () => new SecretManagerBuilder({ ...mapBackend().backend, scheme: "A B" }),
    "not a SecretBackend",
  ),
  wrong(
    "a backend whose optionsFromEnv is no function",
    () => new SecretManagerBuilder(any({ ...mapBackend().backend, optionsFromEnv: true })),
    "not a SecretBackend",
  ),
  wrong("an unknown name", () => new SecretManagerBuilder(any("gcp")), "none of env, vault, aws"),
  wrong("a name of Object", () => new SecretManagerBuilder(any("constructor")), "none of env"),
  wrong("a URL", () => new SecretManagerBuilder(any("vault://host")), "fromUrl(url)"),
  wrong(
    "a store of another contract",
    () => new SecretManagerBuilder(any({ specificationVersion: 2, getSecret: () => {} })),
    "version 2 of the contract",
  ),
  wrong(
    "a fallback of another contract",
    () => env().withFallback(any({ specificationVersion: 2, getSecret: () => {} })),
    "version 2 of the contract",
  ),
  wrong(
    "options for a store that exists",
    () => new SecretManagerBuilder(new MemorySecretStore()).withConfig(any({ prefix: "A_" })),
    "a store that exists already",
  ),
  wrong(
    "options as text",
    () => new SecretManagerBuilder("env", any("APP_")),
    "not a plain object",
  ),
  wrong("options as a Map", () => env().withConfig(any(new Map())), "not a plain object"),
  wrong("options as an array", () => env().withConfig(any([])), "options of withConfig"),
  wrong("an option that env does not have", () => env().withConfig(any({ prefx: "" })), "prefx"),
  wrong("an option of the wrong type", () => env().withEnvPrefix(any(7)), "prefix"),
  wrong("withVaultConfig on env", () => env().withVaultConfig(any({})), "a builder for env"),
  wrong("withAwsConfig on env", () => env().withAwsConfig(any({})), "a builder for env"),
  wrong(
    "withEnvPrefix on another backend",
    () => new SecretManagerBuilder(mapBackend().backend).withEnvPrefix(any("A_")),
    "a builder for map",
  ),
  wrong("a key prefix that is no text", () => env().withKeyPrefix(any(7)), "not a string"),
  wrong("a key prefix that is absolute", () => env().withKeyPrefix("/team/"), "key prefix"),
  wrong("no fallback", () => env().withFallback(), "neither a store nor a builder"),
  wrong("an undefined fallback", () => env().withFallback(any(undefined)), "neither a store"),
  wrong("only options", () => env().withFallback({ on: ["NOT_FOUND"] }), "neither a store"),
  wrong(
    "a name as fallback",
    () => env().withFallback(any("env")),
    "neither a store nor a builder",
  ),
  wrong("null as options", () => env().withFallback(env(), any(null)), "not a plain object"),
  wrong("a misspelled option", () => env().withFallback(env(), any({ when: [] })), "It takes on"),
  wrong("on as text", () => env().withFallback(env(), { on: any("NOT_FOUND") }), "list of codes"),
  wrong("no codes", () => env().withFallback(env(), { on: [] }), "list of codes"),
  wrong(
    "a code that must not fall through",
    () => env().withFallback(env(), { on: [any("INVALID_SECRET")] }),
    "BACKEND_UNAVAILABLE",
  ),
  wrong(
    "a builder that makes no store",
    () => env().withFallback(any({ build: () => 7 })),
    "store",
  ),
])("%s is CONFIGURATION from build(), and nothing before it throws", async (_, make, says) => {
  const builder = make();
  const error = await builder.build().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "CONFIGURATION" });
  expect((error as SecretError).message).toContain(says);
});

test("what create() returns is checked, and closed when it cannot be used", async () => {
  const foreign = { specificationVersion: 2, getSecret: () => {}, close: vi.fn() };
  const made = (store: unknown) =>
    new SecretManagerBuilder({ scheme: "map", create: () => store as SecretStore }).build();
  await expect(made(foreign)).rejects.toMatchObject({ reason: "specification-version" });
  expect(foreign.close).toHaveBeenCalledTimes(1);

  const late = new MapStore({});
  await expect(made(Promise.resolve(late))).rejects.toMatchObject({
    ...{ code: "CONFIGURATION", reason: "not-a-store" },
    message: expect.stringContaining("not a promise"),
  });
  await vi.waitUntil(() => late.isClosed);
  await expect(made(undefined)).rejects.toMatchObject({ reason: "not-a-store" });
  await expect(made(Promise.reject(new Error("late")))).rejects.toMatchObject({
    reason: "not-a-store",
  });
});

test("a backend's own SecretError comes through, anything else is UNKNOWN and scrubbed", async () => {
  const own = new SecretError("CONFIGURATION", { detail: "the region is missing" });
  const canary = "canary-5kQ0zRb3";
  const throwing = (error: unknown) => () =>
    new SecretManagerBuilder({
      scheme: "map",
      create: () => {
        throw error;
      },
    }).build();
  await expect(throwing(own)()).rejects.toBe(own);
  const foreign = Object.assign(new Error(`token ${canary}`), { config: { token: canary } });
  await expect(throwing(foreign)()).rejects.toMatchObject({ code: "UNKNOWN" });
  await assertNoLeak(throwing(foreign), [canary]);
});

test("a value that was passed in the wrong place is in no error", async () => {
  const canary = "canary-Lw81hGq2";
  const { backend } = mapBackend();
  const mistakes = [
    () => new SecretManagerBuilder(any(`vault://${canary}@host`)),
    () => new SecretManagerBuilder(backend, any(canary)),
    () => env().withConfig(any({ [canary]: canary })),
    () => env().withKeyPrefix(`${canary}//`),
    () => env().withFallback(any(canary)),
    () => env().withFallback(env(), any({ [canary]: canary })),
    () => env().withFallback(env(), { on: [any(canary)] }),
  ];
  for (const make of mistakes) {
    await expect(make().build()).rejects.toMatchObject({ code: "CONFIGURATION" });
    await assertNoLeak(() => make().build(), [canary], { slowChannels: false });
  }
});

test("a builder does not show the options that it holds", async () => {
  const canary = "canary-z9Tt4Kp0";
  await assertNoLeak(new SecretManagerBuilder("vault", { token: canary }), [canary]);
});
