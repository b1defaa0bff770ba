// Makes a store, and reads from it only when asked to.
import { EnvSecretStore } from "@llm-orchestrator/secrets-env";

const store = new EnvSecretStore({ environment: { KEY: "value" } });

export async function read() {
  await store.getSecret("key");
}
