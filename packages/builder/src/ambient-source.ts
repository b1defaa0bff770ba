import type { SecretBackend } from "@llm-orchestrator/secrets-core";
import { checkedOptions } from "./configuration-error.js";
import { loadBackend, type SecretStoreType } from "./first-party.js";

/** A named store that takes its options from the environment, read at `build()`. */
export class AmbientSource {
  readonly name: SecretStoreType;

  constructor(name: SecretStoreType) {
    this.name = name;
  }
}

/** @throws SecretError `CONFIGURATION` for a package that is absent, or a variable that is wrong. */
export async function resolveAmbient({ name }: AmbientSource): Promise<{
  readonly backend: SecretBackend;
  readonly options: Record<string, unknown>;
  readonly keyPrefix: string;
}> {
  const backend = await loadBackend(name);
  const variables = globalThis.process?.env ?? {};
  const options = checkedOptions(backend.optionsFromEnv?.(variables), `${name}'s optionsFromEnv`);
  return { backend, options, keyPrefix: "" };
}
