/**
 * Collects an async iterable, such as what `listSecrets` gives (`Array.fromAsync` needs Node 22).
 *
 * @example
 * ```ts
 * import { type SecretStore, toArray } from "@llm-orchestrator/secrets-core";
 *
 * const databaseKeys = (store: SecretStore) => toArray(store.listSecrets("database/"));
 * ```
 */
export async function toArray<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
