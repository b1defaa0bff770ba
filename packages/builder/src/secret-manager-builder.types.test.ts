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
