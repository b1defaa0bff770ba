import type { SecretStore } from "./secret-store.js";

/** A store's address, taken apart. Plain data: no URL class, and never a credential. */
export interface SecretStoreUrl {
  /** Before the colon, with any suffix: `"vault"`, `"vault+http"`. */
  readonly scheme: string;
  /** Host, with the port if there is one; `""` where the URL has none. */
  readonly host: string;
  /** Decoded segments of the path. */
  readonly path: readonly string[];
  /** Decoded parameters; each at most once. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** Variables that options are read from; `process.env` has this shape. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What a backend package exports beside its store class, so that a builder can make the store
 * from options, a URL or the environment. Every mistake in them is `CONFIGURATION`.
 *
 * @example
 * ```ts
 * import { BaseSecretStore, type SecretBackend } from "@llm-orchestrator/secrets-core";
 *
 * class MapSecretStore extends BaseSecretStore {
 *   readonly #values: ReadonlyMap<string, string>; // a plain field would be printed
 *
 *   constructor(values: ReadonlyMap<string, string>) {
 *     super({ name: "map" });
 *     this.#values = values;
 *   }
 *   protected override async read(key: string) {
 *     const value = this.#values.get(key);
 *     return value === undefined ? undefined : { value };
 *   }
 * }
 *
 * export const mapBackend: SecretBackend<{ values: ReadonlyMap<string, string> }> = {
 *   scheme: "map",
 *   create: ({ values }) => new MapSecretStore(values),
 * };
 * ```
 */
export interface SecretBackend<
  Options extends object = object,
  Store extends SecretStore = SecretStore,
> {
  /** The URL scheme that names it. A suffix is its own affair: `vault` also gets `vault+http:`. */
  readonly scheme: string;
  /** Makes the store, without I/O. */
  create(options: Options): Store;
  /**
   * Looks, for `build()`, for what only this machine can tell: a package that is absent, a file, settings
   * without which no call can work. Asks the service nothing.
   */
  prepare?(store: Store): Promise<void>;
  optionsFromUrl?(url: SecretStoreUrl): Partial<Options>;
  /** The part of a URL that goes before every key, such as `"prod/"`. */
  keyPrefixFromUrl?(url: SecretStoreUrl): string;
  optionsFromEnv?(environment: Environment): Partial<Options>;
}
