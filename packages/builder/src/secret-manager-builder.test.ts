import { onWarning } from "@llm-orchestrator/secrets-core";
import { EnvSecretStore } from "@llm-orchestrator/secrets-env";
import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { expect, onTestFinished, test, vi } from "vitest";
import { type MapOptions, mapBackend } from "../test/map-backend.js";
import { SecretManagerBuilder, SecretStoreType } from "./index.js";

const failing = () => new SecretManagerBuilder("vault"); // which nobody told where the server is

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
  expect(SecretStoreType).toEqual({
    ...{ Environment: "env", EncryptedFile: "file" },
    ...{ Vault: "vault", AwsSecretsManager: "aws" },
  });
});

test("buildEnv is the env store with an optional prefix", async () => {
  vi.stubEnv("BUILDER_TEST_KEY", "1");
  onTestFinished(() => void vi.unstubAllEnvs());
  const prefixed = await SecretManagerBuilder.buildEnv("BUILDER_TEST_");
  const plain = await SecretManagerBuilder.buildEnv();
  const injected = await SecretManagerBuilder.buildEnv({ environment: { A_KEY: "given" } });
  expect((await injected.getSecret("a/key")).value.expose()).toBe("given");
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
  await expect(builder.build()).rejects.toMatchObject({ reason: "bad-argument" });
  expect(made.map(({ isClosed }) => isClosed)).toEqual([true, true]);
  expect((await mine.getSecret("a")).version).toBe("1");

  const wrapping = new SecretManagerBuilder(mine).withFallback(failing());
  for (let attempt = 1; attempt <= 2; attempt++) {
    await expect(wrapping.build()).rejects.toMatchObject({ reason: "bad-argument" });
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
  ).rejects.toMatchObject({ reason: "bad-argument" });
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
