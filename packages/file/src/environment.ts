import type { Environment } from "@llm-orchestrator/secrets-core";
import type { FileSecretStoreOptions } from "./file-options.js";

/** What the variables say; what is unset or empty is left out. */
export function optionsFromEnv(environment: Environment): Partial<FileSecretStoreOptions> {
  const path = environment.SECRETS_FILE_PATH;
  const identity = environment.SECRETS_FILE_IDENTITY;
  const passphrase = environment.SECRETS_FILE_PASSPHRASE;
  return {
    ...(path && { path }),
    ...(identity && { identity }),
    ...(passphrase && { passphrase }),
  };
}
