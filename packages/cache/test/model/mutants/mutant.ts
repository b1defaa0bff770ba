import type { SecretStore } from "@llm-orchestrator/secrets-core";
import { SecretCache, type SecretCacheOptions } from "../../../src/index.js";

type PropertyName = "model" | "schedule" | "replica" | "abort";

/** A fault, put into the real cache for as long as a property is checked. */
export interface Mutant {
  readonly name: string;
  readonly killedBy: PropertyName;
  /** What is not so with it, in the words of that property. */
  readonly shows: string;
  /** Puts the fault in, and returns what takes it out. */
  install(): () => void;
  readonly make?: (store: SecretStore, options: SecretCacheOptions) => SecretCache;
}

export const makeCache = (store: SecretStore, options: SecretCacheOptions) =>
  new SecretCache(store, options);

/** Replaces one method of a class by another that may use the first. */
export function patch<Target extends object, Name extends keyof Target>(
  target: Target,
  name: Name,
  change: (original: Target[Name]) => Target[Name],
): () => void {
  const original = target[name];
  target[name] = change(original);
  return () => {
    target[name] = original;
  };
}
