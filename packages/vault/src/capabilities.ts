import type { SecretStoreCapabilities } from "@llm-orchestrator/secrets-core";
import type { VaultSettings } from "./vault-settings.js";

/** What can be done with a mount of that version; of one that is not known, what both versions can. */
export function capabilitiesOf({
  kvVersion,
  keepsBinary,
}: Pick<VaultSettings, "kvVersion" | "keepsBinary">): SecretStoreCapabilities {
  const both = { write: true, delete: true, list: true, binary: keepsBinary };
  if (kvVersion !== 2) return both;
  return {
    ...both,
    ...{ restore: true, describe: true, versions: true, rotate: true },
    ...{ compareAndSet: true, metadata: true },
  };
}
