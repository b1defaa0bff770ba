import type { SecretStore } from "@llm-orchestrator/secrets-core";
import { HttpSecretStore } from "./http-secret-store.js";

/** Where every process gets its secrets. To use another backend, change this function. */
export function openStore(address: string, reader: string): SecretStore {
  return new HttpSecretStore(address, reader);
}
