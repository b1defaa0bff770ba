import { randomBytes } from "node:crypto";
import { SecretManagerBuilder } from "@llm-orchestrator/secrets-builder";
import { onWarning, type SecretStore } from "@llm-orchestrator/secrets-core";
import { assertNoLeak, MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { describe, expect, test } from "vitest";
import { misplaced } from "./calls.ts";
import { checkFailures, fast, outcomeOf, titlesOfLeaks } from "./check-failure.ts";
import { HostileStore, hostileErrors } from "./hostile.ts";

const canary = `canary ${randomBytes(9).toString("hex")} "é`;
const untyped = (value: unknown) => value as never;
const from = (source: unknown, options?: unknown) =>
  new SecretManagerBuilder(untyped(source), untyped(options));

describe("an error of the builder", () => {
  test("does not quote what was passed where something else belongs", async () => {
    const wrong = [canary, [canary], { value: canary }, Symbol(canary), () => canary];
    const builds = wrong.flatMap((value) => [
      () => from(value).build(),
      () => from({ scheme: value, create: () => value }).build(),
      () => from({ scheme: "own", create: () => value }).build(),
      () => from({ specificationVersion: value, getSecret: () => value, name: value }).build(),
      () => from("env", value).build(),
      () => from("env", { [canary]: value }).build(),
      () => from("env").withConfig(untyped(value)).build(),
      () =>
        from("env")
          .withVaultConfig(untyped({ token: value }))
          .build(),
      () => from("env").withEnvPrefix(untyped(value)).build(),
      () => from("env").withKeyPrefix(untyped(value)).build(),
      () => from("env").withFallback(untyped(value)).build(),
      () =>
        from("env")
          .withFallback(new MemorySecretStore(), untyped({ on: value }))
          .build(),
      () =>
        from("env")
          .withFallback(new MemorySecretStore(), untyped({ [canary]: value }))
          .build(),
      () => SecretManagerBuilder.fromUrl(untyped(value)).build(),
      () => SecretManagerBuilder.fromUrl("env:", untyped(value)).build(),
      () => SecretManagerBuilder.fromUrl("env:", untyped({ backends: value })).build(),
      () => SecretManagerBuilder.fromUrl("env:", untyped({ [canary]: value })).build(),
    ]);
    // A store that is a fallback is given away: the same function is not built twice.
    await checkFailures(builds, canary);
  });

  test("does not quote a URL", async () => {
    const spelt = encodeURIComponent(canary);
    const urls = [
      ...[`vault://user:${spelt}@host/secret`, `${spelt}://host`, `vault://host/secret#${spelt}`],
      ...[`env:?prefix=${spelt}`, `env:?${spelt}=1`, `env:?writable=${spelt}`, `env:${spelt}`],
      ...[`env://${spelt}`, `env:?token=${spelt}`, `own:${spelt}`, `own://host/?a=${spelt}`],
      ...[`vault:${spelt}`, `env:?prefix=A&prefix=${spelt}`, `env:/../${spelt}`, canary],
    ];
    const backends = [untyped({ scheme: "own", create: () => new MemorySecretStore() })];
    const builds = urls.map((url) => () => SecretManagerBuilder.fromUrl(url, { backends }).build());
    await checkFailures(builds, canary);
  });

  test("passes on nothing of what a backend throws", async () => {
    const builds: (() => unknown)[] = [];
    for (const thrown of hostileErrors(canary)) {
      const fail = () => {
        throw thrown;
      };
      const create = () => new MemorySecretStore();
      const backends = [
        { scheme: "own", create: fail },
        { scheme: "own", create, optionsFromUrl: fail },
        { scheme: "own", create, optionsFromEnv: fail },
        { scheme: "own", create, optionsFromUrl: () => ({}), keyPrefixFromUrl: fail },
        { scheme: "own", create: () => Promise.reject(thrown) },
      ];
      for (const backend of backends) {
        const options = { backends: [untyped(backend)], environment: { KEY: canary } };
        builds.push(() => SecretManagerBuilder.fromUrl("own:", options).build());
      }
      const fallback = { build: fail };
      builds.push(() => from("env").withFallback(untyped(fallback)).build());
    }
    await checkFailures(builds, canary);
  });
});

describe("a store that was built", () => {
  const memory = () => MemorySecretStore.from({ key: `${canary} value`, "team/key": canary });
  const hostile = () =>
    new HostileStore(() => {
      throw new Error(canary);
    });
  const stores: Readonly<Record<string, () => Promise<SecretStore>>> = {
    "with a key prefix": () => from(memory()).withKeyPrefix("team/").build(),
    "with a fallback": () => from(new MemorySecretStore()).withFallback(memory()).build(),
    "with a fallback that throws": () =>
      from(new MemorySecretStore()).withFallback(hostile()).build(),
    "read only": () => from(memory()).readOnly().build(),
    "of environment variables": () => from("env", { environment: { KEY: canary } }).build(),
  };

  test.each(Object.keys(stores))(
    "%s does not quote what is in a wrong place",
    {
      timeout: 60_000,
    },
    async (name) => {
      const warnings: unknown[] = [];
      const stop = onWarning((warning) => warnings.push(warning));
      const store = (await stores[name]?.()) as SecretStore;
      const outcomes: [string, unknown][] = [];
      for (const [title, call] of misplaced(canary)) {
        outcomes.push([title, await outcomeOf(() => call(store))]);
      }
      stop();
      expect(await titlesOfLeaks(outcomes, canary)).toEqual([]);
      await assertNoLeak({ warnings }, [canary], fast);
    },
  );
});
