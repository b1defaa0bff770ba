import { SecretCache, type SecretCacheOptions } from "@llm-orchestrator/secrets-cache";
import {
  checkStore,
  type SecretBackend,
  SecretError,
  type SecretErrorCode,
  type SecretStore,
} from "@llm-orchestrator/secrets-core";
import { AmbientSource, resolveAmbient } from "./ambient-source.js";
import { checkBackend } from "./check-backend.js";
import { checkedOptions, configurationError } from "./configuration-error.js";
import { FallbackStore } from "./fallback-store.js";
import { isStoreName, loadBackend, storeNames } from "./first-party.js";
import { isPrefix } from "./is-prefix.js";
import { KeyPrefixStore } from "./key-prefix-store.js";
import { fallbackCodes } from "./options.js";
import { ReadOnlyStore } from "./read-only-store.js";
import { resolveUrl, UrlSource } from "./url-source.js";

/** One call of `withConfig` or of an alias, which is for one named store only. */
interface ConfigCall {
  readonly method: string;
  readonly options: unknown;
  readonly scheme?: string;
}

/** What a builder was told, as it was told: nothing is checked before `build()`. */
export interface BuildPlan {
  readonly source: unknown;
  readonly configs: readonly ConfigCall[];
  readonly keyPrefix: unknown;
  readonly fallbacks: readonly unknown[];
  readonly fallbackOptions: unknown;
  readonly isReadOnly: boolean;
  /** Those of each `withCache`; `undefined` for no cache. */
  readonly cacheOptions: readonly unknown[] | undefined;
}

/** Whether the thing was meant as a store, of whatever version of the contract. */
export function isStoreLike(subject: unknown): subject is SecretStore {
  if (typeof subject !== "object" || subject === null) return false;
  return "getSecret" in subject || "specificationVersion" in subject;
}

/**
 * Makes the store of a plan, in the one order there is: backend, key prefix, fallback, read-only,
 * cache. What it made is closed again when a later step fails; a store that was passed in stays open.
 */
export async function buildStore(plan: BuildPlan): Promise<SecretStore> {
  const made: SecretStore[] = [];
  try {
    const on = checkFallbacks(plan);
    const cacheOptions = mergeCacheOptions(plan);
    let store = await makePrimary(plan, made);
    if (plan.fallbacks.length > 0) {
      const fallbacks: SecretStore[] = [];
      for (const source of plan.fallbacks) fallbacks.push(await makeFallback(source, made));
      store = new FallbackStore(store, fallbacks, on);
    }
    if (plan.isReadOnly) store = new ReadOnlyStore(store);
    return cacheOptions ? new SecretCache(store, cacheOptions) : store;
  } catch (error) {
    await Promise.all(made.map(closeQuietly));
    if (SecretError.isInstance(error)) throw error;
    throw new SecretError("UNKNOWN", {
      detail: "building the store failed",
      fix: "Check the options; a backend should throw a SecretError that says what is wrong",
      cause: error,
    });
  }
}

async function makePrimary(plan: BuildPlan, made: SecretStore[]): Promise<SecretStore> {
  const { source, configs } = plan;
  if (isStoreLike(source)) {
    const store = checkStore(source);
    if (configs.some(({ options }) => options !== undefined)) {
      throw configurationError(
        "options were passed for a store that exists already",
        "Pass them to the store's own constructor, or pass its backend to the builder",
      );
    }
    return withPrefix(store, [plan.keyPrefix]);
  }
  const { backend, options, keyPrefix } = await resolve(source);
  const store = await createStore(backend, { ...options, ...mergeConfigs(configs, backend) });
  made.push(store);
  return withPrefix(store, [keyPrefix, plan.keyPrefix]);
}

async function resolve(source: unknown) {
  if (source instanceof UrlSource) return resolveUrl(source);
  if (source instanceof AmbientSource) return resolveAmbient(source);
  const backend = typeof source === "string" ? await namedBackend(source) : checkBackend(source);
  return { backend, options: {}, keyPrefix: "" };
}

/** The text is not quoted: a URL with a token in it is an easy mistake here. */
async function namedBackend(name: string): Promise<SecretBackend> {
  if (isStoreName(name)) return loadBackend(name);
  throw configurationError(
    `the name passed to SecretManagerBuilder is none of ${storeNames.join(", ")}`,
    "Pass one of these or a backend object; for a URL call SecretManagerBuilder.fromUrl(url)",
  );
}

function mergeConfigs(configs: readonly ConfigCall[], backend: SecretBackend): object {
  const merged: object[] = configs.map(({ method, options, scheme }) => {
    if (scheme === undefined || scheme === backend.scheme) return checkedOptions(options, method);
    throw configurationError(
      `${method} was called on a builder for ${backend.scheme}`,
      `Call withConfig(options), or start from new SecretManagerBuilder("${scheme}")`,
    );
  });
  return Object.assign({}, ...merged);
}

async function createStore(backend: SecretBackend, options: object): Promise<SecretStore> {
  const store = backend.create(options);
  if (isStoreLike(store)) {
    try {
      checkStore(store);
      await backend.prepare?.(store);
      return store;
    } catch (error) {
      await closeQuietly(store);
      throw error;
    }
  }
  Promise.resolve(store).then(closeQuietly, () => {}); // a promise of a store: nobody else will
  throw configurationError(
    `create() of the backend ${backend.scheme} did not return a SecretStore`,
    "Return the store itself, not a promise: stores connect at their first call",
    "not-a-store",
  );
}

/** The prefix of a URL, then the builder's own: `aws://us-east-1/prod` and `team/` make one. */
function withPrefix(store: SecretStore, parts: readonly unknown[]): SecretStore {
  if (parts.some((part) => typeof part !== "string")) {
    throw configurationError("the key prefix is not a string", 'Pass text such as "team/"');
  }
  const prefix = parts.join("");
  if (prefix === "") return store;
  if (isPrefix(prefix, store.keySyntax)) return new KeyPrefixStore(store, prefix);
  throw configurationError(
    `no key of the store ${store.name} can start with the key prefix`,
    `Use ${store.keySyntax.description}, with or without a "/" at the end`,
  );
}

async function makeFallback(source: unknown, made: SecretStore[]): Promise<SecretStore> {
  if (isStoreLike(source)) return checkStore(source);
  const store = await (source as { build(): Promise<SecretStore> }).build();
  made.push(store);
  return checkStore(store);
}

/** Before anything is made, as far as it shows by then. The cache itself checks its options. */
function mergeCacheOptions({ cacheOptions }: BuildPlan): SecretCacheOptions | undefined {
  const merged = cacheOptions?.map((options) =>
    checkedOptions(options, "withCache", undefined, "{ ttlMs: 300_000 }"),
  );
  return merged && Object.assign({}, ...merged);
}

/** Before anything is made: the codes that pass on, and that every fallback is one. */
function checkFallbacks({ fallbacks, fallbackOptions }: BuildPlan): readonly SecretErrorCode[] {
  const { on = ["NOT_FOUND"] } = checkedOptions(fallbackOptions, "withFallback", ["on"]);
  const known: readonly unknown[] = fallbackCodes;
  if (!Array.isArray(on) || on.length === 0 || on.some((code) => !known.includes(code))) {
    throw configurationError(
      "on of withFallback is not a list of codes that may pass on",
      `Pass some of ${fallbackCodes.join(", ")}`,
    );
  }
  for (const source of fallbacks) {
    if (isStoreLike(source)) checkStore(source);
    else if (typeof (source as { build?: unknown } | null | undefined)?.build !== "function") {
      throw configurationError(
        "what was passed to withFallback is neither a store nor a builder",
        "Pass store instances or SecretManagerBuilders, with { on } as the last argument if at all",
      );
    }
  }
  return on as SecretErrorCode[];
}

/** The failure that led here is the one to report. */
async function closeQuietly(store: SecretStore | undefined): Promise<void> {
  try {
    await store?.close?.();
  } catch {}
}
