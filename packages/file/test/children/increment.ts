import { SecretError } from "@llm-orchestrator/secrets-core";
import { FileSecretStore } from "../../src/index.js";

/** Adds one to "counter" so many times, each by compare-and-set, beside others that do the same. */
const store = FileSecretStore.fromEnv();
let left = Number(process.argv[2]);

while (left > 0) {
  const { value, version } = await store.getSecret("counter");
  const next = String(Number(value.expose()) + 1);
  try {
    await store.putSecret("counter", next, { expectedVersion: version ?? null });
    left--;
  } catch (error) {
    if (!SecretError.isInstance(error) || error.code !== "CONFLICT") throw error;
  }
}
await store.close();
