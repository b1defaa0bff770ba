import type { SecretCache } from "@llm-orchestrator/secrets-cache";
import {
  BaseSecretStore,
  type SecretBackend,
  type SecretStore,
} from "@llm-orchestrator/secrets-core";
import { EnvSecretStore, envBackend } from "@llm-orchestrator/secrets-env";
import { expect, expectTypeOf, test } from "vitest";
import { SecretManagerBuilder, SecretStoreType } from "./index.js";

interface ShelfOptions {
  readonly shelf: string;
  readonly row?: number;
}

declare class ShelfStore extends BaseSecretStore {
  protected override read(): Promise<undefined>;
}

declare const withoutCache: ReturnType<SecretManagerBuilder["withoutCache"]>;
declare const shelfBackend: SecretBackend<ShelfOptions, ShelfStore>;

/** Compiled and never run: each directive fails the type check where no error is left to expect. */
function typed(): unknown[] {
  return [
    new SecretManagerBuilder("env", { prefix: "APP_" }).withEnvPrefix("B_"),
    new SecretManagerBuilder(envBackend, { prefix: "APP_" }).withConfig({ writable: true }),
    new SecretManagerBuilder(SecretStoreType.Environment).withConfig({ prefix: "APP_" }),
    new SecretManagerBuilder(shelfBackend).withConfig({ shelf: "a" }).withConfig({ row: 2 }),
    SecretManagerBuilder.fromUrl("env:", { backends: [shelfBackend, envBackend] })
      .withConfig({ shelf: "a" })
      .withEnvPrefix("A_"),
    new SecretManagerBuilder("vault").withFallback(new EnvSecretStore(), { on: ["NOT_FOUND"] }),
    new SecretManagerBuilder("vault").withFallback(
      new SecretManagerBuilder("env"),
      new EnvSecretStore(),
    ),

    // @ts-expect-error a name that is none
    new SecretManagerBuilder("gcp"),
    // @ts-expect-error an option of the wrong type
    new SecretManagerBuilder("env", { prefix: 7 }),
    // @ts-expect-error an option that env does not have
    new SecretManagerBuilder("env").withConfig({ prefx: "APP_" }),
    // @ts-expect-error the same through the backend object
    new SecretManagerBuilder(envBackend).withConfig({ prefx: "APP_" }),
    // @ts-expect-error an option of another backend
    new SecretManagerBuilder(shelfBackend).withConfig({ prefix: "APP_" }),
    // @ts-expect-error an option of the wrong type, for a backend of somebody else's
    new SecretManagerBuilder(shelfBackend, { row: "2" }),
    // @ts-expect-error options for a store that exists
    new SecretManagerBuilder(new EnvSecretStore(), { prefix: "APP_" }),
    // @ts-expect-error the alias of another store
    new SecretManagerBuilder("env").withVaultConfig({}),
    // @ts-expect-error the alias of another store
    new SecretManagerBuilder(shelfBackend).withEnvPrefix("APP_"),
    // @ts-expect-error a code that must not fall through
    new SecretManagerBuilder("env").withFallback(new EnvSecretStore(), { on: ["CLOSED"] }),
    // @ts-expect-error a name is no fallback
    new SecretManagerBuilder("env").withFallback("vault"),
    // @ts-expect-error a URL object
    SecretManagerBuilder.fromUrl(new URL("env:")),
    // @ts-expect-error a duration in place of options
    new SecretManagerBuilder("env").withCache(60_000),
    // @ts-expect-error an option that the cache does not have
    new SecretManagerBuilder("env").withCache({ ttl: 60_000 }),
    // @ts-expect-error options of the cache where the backend's belong
    SecretManagerBuilder.buildEnv({ cached: true }),
    // @ts-expect-error the cache's own methods, without a cache
    new SecretManagerBuilder("env").build().then((store) => store.stats()),
    // @ts-expect-error the same, after the cache was taken back
    withoutCache.build().then((store) => store.stats()),
  ];
}

test("options are typed by what the builder was made from", () => {
  expect(typed).toBeTypeOf("function");
  type ConfigFor<Builder extends { withConfig(options: never): unknown }> = Parameters<
    Builder["withConfig"]
  >[0];
  type ByName = ConfigFor<SecretManagerBuilder<"env">>;
  type ByObject = ConfigFor<SecretManagerBuilder<typeof envBackend>>;
  expectTypeOf<ByName>().toEqualTypeOf<ByObject>();
  expectTypeOf<ConfigFor<SecretManagerBuilder<typeof shelfBackend>>>().toEqualTypeOf<
    Partial<ShelfOptions>
  >();
  expectTypeOf<ConfigFor<SecretManagerBuilder<EnvSecretStore>>>().toBeNever();
  expectTypeOf<ReturnType<SecretManagerBuilder["build"]>>().toEqualTypeOf<Promise<SecretStore>>();
});

/** What `build()` resolves with. */
type Built<Builder extends { build(): unknown }> = Awaited<ReturnType<Builder["build"]>>;

test("what is built is a SecretCache once withCache was called, until withoutCache", () => {
  const env = () => new SecretManagerBuilder("env");
  const last = () => env().withEnvPrefix("A_").readOnly().withCache();
  const first = () =>
    env()
      .withCache({ ttlMs: 1 })
      .withConfig({ prefix: "A_" })
      .withEnvPrefix("A_")
      .withKeyPrefix("team/")
      .withFallback(new EnvSecretStore())
      .readOnly();
  const fromUrl = () => SecretManagerBuilder.fromUrl("env:").withCache().withEnvPrefix("A_");
  const shelf = () => new SecretManagerBuilder(shelfBackend).withCache().withConfig({ shelf: "a" });
  expectTypeOf<Built<ReturnType<typeof last>>>().toEqualTypeOf<SecretCache>();
  expectTypeOf<Built<ReturnType<typeof first>>>().toEqualTypeOf<SecretCache>();
  expectTypeOf<Built<ReturnType<typeof fromUrl>>>().toEqualTypeOf<SecretCache>();
  expectTypeOf<Built<ReturnType<typeof shelf>>>().toEqualTypeOf<SecretCache>();

  const without = () => first().withoutCache().withCache().withoutCache().readOnly();
  expectTypeOf<Built<ReturnType<typeof without>>>().toEqualTypeOf<SecretStore>();
  expectTypeOf<Built<SecretManagerBuilder<"env">>>().toEqualTypeOf<SecretStore>();
  expectTypeOf<ReturnType<typeof last>>().toExtend<SecretManagerBuilder<"env">>();
});

test("buildEnv is typed by cached", () => {
  const cached = () => SecretManagerBuilder.buildEnv("A_", { cached: true });
  const withOptions = () => SecretManagerBuilder.buildEnv(undefined, { cached: { ttlMs: 1 } });
  const plain = () => SecretManagerBuilder.buildEnv("A_", { cached: false });
  const either = (isCached: boolean) => SecretManagerBuilder.buildEnv({}, { cached: isCached });
  expectTypeOf<ReturnType<typeof cached>>().toEqualTypeOf<Promise<SecretCache>>();
  expectTypeOf<ReturnType<typeof withOptions>>().toEqualTypeOf<Promise<SecretCache>>();
  expectTypeOf<ReturnType<typeof plain>>().toEqualTypeOf<Promise<SecretStore>>();
  expectTypeOf<ReturnType<typeof either>>().toEqualTypeOf<Promise<SecretStore>>();
});
