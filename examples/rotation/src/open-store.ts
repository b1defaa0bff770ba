import type { SecretStore } from "@llm-orchestrator/secrets-core";
import { HttpSecretStore } from "./http-secret-store.js";

/** Where every process gets its secrets. To use another backend, change this function. */
export async function openStore(address: string, reader: string): Promise<SecretStore> {
  if (process.env.ROTATION_STORE === "vault") {
    const { VaultSecretStore } = await import("@llm-orchestrator/secrets-vault");
    return new VaultSecretStore({ address, token: process.env.VAULT_TOKEN });
  }
  return new HttpSecretStore(address, reader);
}
