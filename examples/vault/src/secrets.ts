import { SecretManagerBuilder } from "@llm-orchestrator/secrets-builder";
import { toArray } from "@llm-orchestrator/secrets-core";
import { prefix } from "./server.js";
import { heading, row } from "./terminal.js";

/** Every day's work, on a store from `VAULT_ADDR` and `VAULT_TOKEN`, in a cache. */
export async function showSecrets(): Promise<void> {
  heading("1. From the environment: buildVaultFromEnv({ cached: true })");
  const store = await SecretManagerBuilder.buildVaultFromEnv({ cached: true });
  const { ok, state } = await store.healthCheck();
  row("would the next read work", ok, `(${state})`);

  const key = `${prefix}openai/api_key`;
  await store.putSecret(key, "sk-sample-openai", {
    description: "The chat service's",
    tags: { team: "search", stage: "sample" },
    rotationPeriodDays: 30,
  });
  const secret = await store.getSecret(key);
  row("secret.value", secret.value, `version ${secret.version}, from ${secret.store}`);
  for (let count = 0; count < 1_000; count++) await store.getSecret(key);
  row("read 1,000 times more, requests", store.stats().backendCalls - 1);

  const { description, tags, rotationPeriodDays } = await store.describeSecret(key);
  row("description, tags", description, { ...tags }, `every ${rotationPeriodDays} days`);
  await store.putSecret(`${prefix}anthropic/api_key`, "sk-sample-anthropic");
  for (const listed of await toArray(store.listSecrets(prefix))) row("listed", listed);
  await store.close();
}
