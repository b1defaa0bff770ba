/**
 * Makes a secret store from a backend, a name or a URL.
 *
 * @packageDocumentation
 */
export { type NamedStoreOptions, SecretStoreType } from "./first-party.js";
export type {
  BuilderSource,
  BuildOptions,
  CachedBuildOptions,
  ConfigOf,
  FallbackCode,
  FallbackOptions,
  FallbackSource,
  FromUrlOptions,
  NamedConfigOf,
  UrlBuilderSource,
} from "./options.js";
export { SecretManagerBuilder } from "./secret-manager-builder.js";
