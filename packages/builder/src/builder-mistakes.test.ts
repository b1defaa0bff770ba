import { SecretError, type SecretStore } from "@llm-orchestrator/secrets-core";
import { EnvSecretStore } from "@llm-orchestrator/secrets-env";
import { assertNoLeak, MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { expect, test, vi } from "vitest";
import { MapStore, mapBackend } from "../test/map-backend.js";
import { SecretManagerBuilder } from "./index.js";

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
  wrong(
    "an unknown name",
    () => new SecretManagerBuilder(any("gcp")),
    "none of env, file, vault, aws",
  ),
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
  wrong("a duration as cache options", () => env().withCache(any(60_000)), "{ ttlMs: 300_000 }"),
  wrong("null as cache options", () => env().withCache(any(null)), "options of withCache"),
  wrong("cache options as a Map", () => env().withCache(any(new Map())), "options of withCache"),
  wrong("a misspelled cache option", () => env().withCache(any({ ttl: 1 })), 'no option "ttl"'),
  wrong("a TTL that is none", () => env().withCache({ ttlMs: 0 }), "ttlMs"),
  wrong(
    "a bad option of an earlier call",
    () => env().withCache({ jitter: 2 }).withCache({ ttlMs: 1 }),
    "jitter",
  ),
  wrong("a clock that is none", () => env().withCache({ clock: any({}) }), "no clock"),
  wrong(
    "cached that is neither",
    () => ({ build: () => SecretManagerBuilder.buildEnv("", { cached: any(60_000) }) }),
    "{ ttlMs: 300_000 }",
  ),
  wrong(
    "a misspelled cached",
    () => ({ build: () => SecretManagerBuilder.buildEnv("", any({ cache: true })) }),
    "It takes cached",
  ),
  wrong(
    "cached beside env's options",
    () => ({ build: () => SecretManagerBuilder.buildEnv(any({ cached: true })) }),
    "cached",
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
    () => env().withCache(any(canary)),
    () => env().withCache(any({ [canary]: canary })),
    () => env().withCache({ ttlMs: any(canary) }),
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
