import type { SecretCacheOptions } from "@llm-orchestrator/secrets-cache";
import type {
  Environment,
  SecretBackend,
  SecretErrorCode,
  SecretStore,
} from "@llm-orchestrator/secrets-core";
import type { NamedStoreOptions, SecretStoreType } from "./first-party.js";

/** What a builder starts from: a name, a backend object, or a store that exists already. */
// biome-ignore lint/suspicious/noExplicitAny: options are contravariant, so only any takes them all
export type BuilderSource = SecretStoreType | SecretBackend<any, SecretStore> | SecretStore;

/** The options that `withConfig` takes, by what the builder was made from. */
export type ConfigOf<Source> = Source extends SecretStoreType
  ? Partial<NamedStoreOptions[Source]>
  : Source extends SecretStore
    ? never
    : // biome-ignore lint/suspicious/noExplicitAny: see above
      Source extends SecretBackend<infer Options, any>
      ? Partial<Options>
      : never;

/** Options of one named store, on builders that were made from that name or that backend. */
export type NamedConfigOf<Source, Name extends SecretStoreType> = Source extends
  | Name
  | { readonly scheme: Name }
  ? Partial<NamedStoreOptions[Name]>
  : never;

/** A builder made from a URL, whose backend is known at run time only. */
export type UrlBuilderSource = SecretStoreType | SecretBackend<object>;

export interface FromUrlOptions {
  /** Backends whose schemes the URL may name, before the built-in `env`, `file`, `vault` and `aws`. */
  // biome-ignore lint/suspicious/noExplicitAny: see BuilderSource
  readonly backends?: readonly SecretBackend<any, SecretStore>[] | undefined;
  /** Variables for `optionsFromEnv`. Default: `process.env`, read at `build()`. */
  readonly environment?: Environment | undefined;
}

/** What goes around a store that is built in one call. */
export interface BuildOptions {
  /** A cache: `true`, or the options of `withCache`. Default `false`. */
  readonly cached?: boolean | SecretCacheOptions | undefined;
}

/** With a cache for certain. */
export interface CachedBuildOptions extends BuildOptions {
  readonly cached: true | SecretCacheOptions;
}

/** A store, or a builder of one. */
export type FallbackSource = SecretStore | { build(): Promise<SecretStore> };

/** What a store may say for the next one to be asked. */
export type FallbackCode = Extract<
  SecretErrorCode,
  "NOT_FOUND" | "BACKEND_UNAVAILABLE" | "THROTTLED" | "AUTHENTICATION_FAILED" | "PERMISSION_DENIED"
>;

export interface FallbackOptions {
  /**
   * Default `["NOT_FOUND"]`. Anything more trades an error for what may be an older value: add
   * `"BACKEND_UNAVAILABLE"` only where that is better than none.
   */
  readonly on?: readonly FallbackCode[] | undefined;
}

export const fallbackCodes: readonly FallbackCode[] = Object.freeze([
  "NOT_FOUND",
  "BACKEND_UNAVAILABLE",
  "THROTTLED",
  "AUTHENTICATION_FAILED",
  "PERMISSION_DENIED",
]);
