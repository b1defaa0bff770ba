import type { SecretCache, SecretCacheOptions } from "@llm-orchestrator/secrets-cache";
import type { SecretStore } from "@llm-orchestrator/secrets-core";
import { AmbientSource } from "./ambient-source.js";
import { type BuildPlan, buildStore, isStoreLike } from "./build-store.js";
import { checkedOptions, configurationError } from "./configuration-error.js";
import type { SecretStoreType } from "./first-party.js";
import type {
  BuilderSource,
  BuildOptions,
  CachedBuildOptions,
  ConfigOf,
  FallbackOptions,
  FallbackSource,
  FromUrlOptions,
  NamedConfigOf,
  UrlBuilderSource,
} from "./options.js";
import { UrlSource } from "./url-source.js";

/**
 * Makes a {@link SecretStore} from a name, a backend object, a store or a URL, and wraps it. The
 * order of the calls does not matter: backend, key prefix, fallback, read-only, cache, from the
 * inside out. Each `with…` changes this builder and returns it. Nothing but `build()` fails.
 *
 * @example
 * ```ts
 * import { SecretManagerBuilder } from "@llm-orchestrator/secrets-builder";
 *
 * const store = await new SecretManagerBuilder("env").withEnvPrefix("APP_").readOnly().build();
 * const secret = await store.getSecret("openai/api_key"); // APP_OPENAI_API_KEY
 * await store.close();
 * ```
 */
export class SecretManagerBuilder<
  const Source extends BuilderSource = BuilderSource,
  Store extends SecretStore = SecretStore,
> {
  #plan: BuildPlan;
  #isCircular = false;
  #hasGivenAway = false;

  /**
   * @param source `"env"`, `"file"`, `"vault"` or `"aws"` (its package must be installed), a backend object,
   * or a store that exists already.
   * @param options The backend's options, as for `withConfig`. The environment is not read.
   */
  constructor(source: Source, options?: ConfigOf<Source>) {
    this.#plan = {
      source,
      configs: [{ method: "SecretManagerBuilder", options }],
      keyPrefix: "",
      fallbacks: [],
      fallbackOptions: undefined,
      isReadOnly: false,
      cacheOptions: undefined,
    };
  }

  /**
   * A builder for a URL such as `env:?prefix=APP_`, `file:./secrets.age`,
   * `vault://host:8200/secret/team` or `aws://us-east-1/prod`. What the URL leaves open comes from the environment. A URL never holds
   * a credential, and never chooses a package: other schemes come from `backends`.
   */
  static fromUrl(url: string, options?: FromUrlOptions): SecretManagerBuilder<UrlBuilderSource> {
    return new SecretManagerBuilder<UrlBuilderSource>(new UrlSource(url, options) as never);
  }

  /**
   * Environment variables as a store: with a prefix (`"APP_"`), or with any of its options; with
   * `{ cached }`, in a cache.
   */
  static buildEnv(
    options: string | ConfigOf<"env"> | undefined,
    around: CachedBuildOptions,
  ): Promise<SecretCache>;
  static buildEnv(options?: string | ConfigOf<"env">, around?: BuildOptions): Promise<SecretStore>;
  static async buildEnv(
    options?: string | ConfigOf<"env">,
    around?: BuildOptions,
  ): Promise<SecretStore> {
    const builder = new SecretManagerBuilder("env");
    if (typeof options === "object") builder.withConfig(options);
    else builder.withEnvPrefix(options as string);
    return builder.#buildAround("buildEnv", around);
  }

  /**
   * Vault or OpenBao from the variables of their own tools: `VAULT_ADDR`, `VAULT_TOKEN`, …; with
   * `{ cached }`, in a cache. The package `@llm-orchestrator/secrets-vault` must be installed.
   */
  static buildVaultFromEnv(around: CachedBuildOptions): Promise<SecretCache>;
  static buildVaultFromEnv(around?: BuildOptions): Promise<SecretStore>;
  static async buildVaultFromEnv(around?: BuildOptions): Promise<SecretStore> {
    const builder = new SecretManagerBuilder(new AmbientSource("vault") as never);
    return builder.#buildAround("buildVaultFromEnv", around);
  }

  /**
   * AWS Secrets Manager with region, credentials and endpoint as AWS's own tools find them; with
   * `{ cached }`, in a cache. The package `@llm-orchestrator/secrets-aws` must be installed.
   */
  static buildAwsDefault(around: CachedBuildOptions): Promise<SecretCache>;
  static buildAwsDefault(around?: BuildOptions): Promise<SecretStore>;
  static async buildAwsDefault(around?: BuildOptions): Promise<SecretStore> {
    const builder = new SecretManagerBuilder(new AmbientSource("aws") as never);
    return builder.#buildAround("buildAwsDefault", around);
  }

  /** Options of the backend. Later calls add to earlier ones, and win over them and the URL. */
  withConfig(options: ConfigOf<Source>): this {
    return this.#configure("withConfig", options);
  }

  /** `withConfig` of a Vault builder. */
  withVaultConfig(options: NamedConfigOf<Source, "vault">): this {
    return this.#configure("withVaultConfig", options, "vault");
  }

  /** `withConfig` of an AWS builder. */
  withAwsConfig(options: NamedConfigOf<Source, "aws">): this {
    return this.#configure("withAwsConfig", options, "aws");
  }

  /** What every variable's name starts with: `withConfig({ prefix })` of an env builder. */
  withEnvPrefix(prefix: [NamedConfigOf<Source, "env">] extends [never] ? never : string): this {
    return this.#configure("withEnvPrefix", { prefix }, "env");
  }

  /**
   * Text that goes before every key, and that callers never see: `"team/"`. Added to that of a
   * URL; the last call counts. A fallback has its own.
   */
  withKeyPrefix(prefix: string): this {
    return this.#change({ keyPrefix: prefix });
  }

  /**
   * Where to look, in order, for what the store does not have. Further calls add; the last options
   * count. Writes, deletions, versions and rotation are the first store's alone.
   */
  withFallback(
    ...fallbacks: readonly FallbackSource[] | readonly [...FallbackSource[], FallbackOptions]
  ): this {
    const added: unknown[] = [...fallbacks];
    const options = isOptions(added) ? added.pop() : undefined;
    if (added.length === 0) added.push(undefined); // reported by build(), as any other mistake
    this.#isCircular ||= added.some(
      (source) => SecretManagerBuilder.#isBuilder(source) && source.#builds(this),
    );
    if (this.#isCircular) return this;
    return this.#change({
      fallbacks: [...this.#plan.fallbacks, ...added],
      ...(options !== undefined && { fallbackOptions: options }),
    });
  }

  /** Writes, deletions and rotations reject with `NOT_SUPPORTED`. */
  readOnly(): this {
    return this.#change({ isReadOnly: true });
  }

  /**
   * A {@link SecretCache} around everything else, and what `build()` then returns. Options of later
   * calls add to those of earlier ones, and win over them. The type goes by the chain: build what
   * the last `with…` returned.
   *
   * @example
   * ```ts
   * import { SecretManagerBuilder } from "@llm-orchestrator/secrets-builder";
   *
   * const cache = await new SecretManagerBuilder("env").withCache({ ttlMs: 60_000 }).build();
   * console.log(cache.stats().hits); // 0
   * await cache.close();
   * ```
   */
  withCache(options?: SecretCacheOptions): SecretManagerBuilder<Source, SecretCache> {
    const cacheOptions = [...(this.#plan.cacheOptions ?? []), options];
    const builder: SecretManagerBuilder<Source> = this.#change({ cacheOptions });
    return builder as SecretManagerBuilder<Source, SecretCache>;
  }

  /** Takes back every `withCache`, with its options. */
  withoutCache(): SecretManagerBuilder<Source> {
    return this.#change({ cacheOptions: undefined });
  }

  /**
   * Makes the store, without I/O. Called again it makes another one, independent of the first;
   * a store that was passed in can go into one only, which then closes it.
   *
   * @throws SecretError `CONFIGURATION` for whatever this builder was told wrongly, or a package
   * that is not installed. What was made until then is closed again.
   */
  async build(): Promise<Store> {
    const plan = this.#plan;
    if (this.#isCircular) {
      throw configurationError(
        "the builder is a fallback of itself",
        "Pass other builders to withFallback",
      );
    }
    const givesAway = [plan.source, ...plan.fallbacks].some(isStoreLike);
    if (givesAway && this.#hasGivenAway) {
      throw configurationError(
        "the builder has put a store that was passed in into the store that it built",
        "Pass backends in place of stores, or make a store for each: the first to close ends it",
        "already-built",
      );
    }
    this.#hasGivenAway = givesAway;
    try {
      return (await buildStore(plan)) as Store; // what withCache and withoutCache have said
    } catch (error) {
      this.#hasGivenAway = false; // the store is still its maker's
      throw error;
    }
  }

  async #buildAround(method: string, around: BuildOptions | undefined): Promise<SecretStore> {
    const { cached } = checkedOptions(around, method, ["cached"]);
    if (cached === true) this.withCache();
    else if (cached) this.withCache(cached);
    return this.build();
  }

  // biome-ignore lint/suspicious/noExplicitAny: of whatever source
  static #isBuilder(subject: unknown): subject is SecretManagerBuilder<any> {
    return typeof subject === "object" && subject !== null && #plan in subject;
  }

  /** Whether building this one builds the other one too. */
  #builds(other: unknown): boolean {
    const isIt = (source: unknown) =>
      SecretManagerBuilder.#isBuilder(source) && source.#builds(other);
    return this === other || this.#plan.fallbacks.some(isIt);
  }

  #configure(method: string, options: unknown, scheme?: SecretStoreType): this {
    const call = { method, options, ...(scheme && { scheme }) };
    return this.#change({ configs: [...this.#plan.configs, call] });
  }

  #change(changes: Partial<BuildPlan>): this {
    this.#plan = { ...this.#plan, ...changes };
    return this;
  }
}

/** Whether the last argument is the options: what is neither a store nor a builder. */
function isOptions(fallbacks: readonly unknown[]): boolean {
  const last = fallbacks.at(-1);
  if (last === undefined) return fallbacks.length > 1;
  return typeof last === "object" && !isStoreLike(last) && !("build" in (last ?? {}));
}
