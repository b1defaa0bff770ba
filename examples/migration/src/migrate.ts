import { SecretError, type SecretStore, toArray } from "@llm-orchestrator/secrets-core";

/** What became of one key. */
type Outcome =
  /** A dry run: it is not there, and would be written. */
  | "would be copied"
  | "copied"
  /** The target has the same value already. */
  | "is there already"
  /** The target has another value, which was left alone. */
  | "is there with another value"
  /** The source or the target refused: see the error. */
  | "failed";

export interface Step {
  readonly key: string;
  readonly outcome: Outcome;
  readonly error?: SecretError;
}

export interface MigrationOptions {
  /** Only keys that begin so, such as `"openai/"`. One list for each. */
  readonly prefixes: readonly string[];
  /** Default false: nothing is written. */
  readonly apply?: boolean;
}

/**
 * Copies secrets from one store to another, never over one that is there, and reads each back. It may
 * be run again: what was copied is found to be there.
 */
export async function* migrate(
  from: SecretStore,
  to: SecretStore,
  { prefixes, apply = false }: MigrationOptions,
): AsyncGenerator<Step> {
  const lists = await Promise.all(prefixes.map((prefix) => toArray(from.listSecrets(prefix))));
  for (const key of new Set(lists.flat().sort())) {
    yield await copy(key, from, to, apply);
  }
}

async function copy(
  key: string,
  from: SecretStore,
  to: SecretStore,
  apply: boolean,
): Promise<Step> {
  try {
    const { value } = await from.getSecret(key);
    const there = await find(to, key);
    if (there) {
      const isSame = there.value.equals(value);
      return { key, outcome: isSame ? "is there already" : "is there with another value" };
    }
    if (!to.capabilities.write) throw cannotWrite(to); // in a dry run, too: it foretells the real one
    if (!apply) return { key, outcome: "would be copied" };
    // Where the store can: not over what somebody else has written this moment.
    await to.putSecret(key, value, to.capabilities.compareAndSet ? { expectedVersion: null } : {});
    const written = await to.getSecret(key, { fresh: true });
    if (!written.value.equals(value)) throw new SecretError("CONFLICT", { key, store: to.name });
    return { key, outcome: "copied" };
  } catch (error) {
    if (!SecretError.isInstance(error)) throw error;
    return { key, outcome: "failed", error };
  }
}

function cannotWrite({ name }: SecretStore): SecretError {
  return new SecretError("NOT_SUPPORTED", {
    ...{ reason: "write", store: name },
    detail: `the target ${name} cannot write`,
    fix: "Pass a store that can, or the option that allows it, such as env:?writable=true",
  });
}

async function find(store: SecretStore, key: string) {
  try {
    return await store.getSecret(key);
  } catch (error) {
    if (SecretError.isInstance(error) && error.code === "NOT_FOUND") return undefined;
    throw error;
  }
}
