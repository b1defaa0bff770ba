import { SecretManagerBuilder } from "@llm-orchestrator/secrets-builder";
import { keys } from "./account.js";
import { heading, row } from "./terminal.js";

/** Every day's work, with region and credentials as AWS's own tools find them, in a cache. */
export async function showSecrets(): Promise<void> {
  heading("1. Read and write: buildAwsDefault({ cached: true })");
  const store = await SecretManagerBuilder.buildAwsDefault({ cached: true });
  const { ok, state } = await store.healthCheck();
  row("would the next read work", ok, `(${state})`);

  await store.putSecret(keys.openai, "sk-sample-openai", {
    description: "The chat service's",
    tags: { team: "search", stage: "sample" },
  });
  const secret = await store.getSecret(keys.openai);
  row("secret.value", secret.value, `from ${secret.store}, ${secret.labels.join()}`);
  for (let count = 0; count < 1_000; count++) await store.getSecret(keys.openai);
  row("read 1,000 times more, requests", store.stats().backendCalls - 1);
  const { description, tags } = await store.describeSecret(keys.openai);
  row("description, tags", description, { ...tags });

  const login = { user: "app", password: "sk-sample-database" };
  await store.putSecret(keys.database, JSON.stringify(login));
  const password = await store.getSecret(keys.database, { field: "password" });
  row('{ field: "password" }', password.value);
  await store.putSecret(keys.anthropic, "sk-sample-anthropic");
  await store.close();
}

/** At boot, say: whatever is needed, with as few requests as AWS allows. */
export async function showBatch(): Promise<void> {
  heading("2. Many at once: getSecrets");
  const store = await SecretManagerBuilder.buildAwsDefault({ cached: true });
  const { openai, anthropic, database } = keys;
  const asked = [openai, anthropic, database, `${openai}-absent`];
  const { secrets, errors } = await store.getSecrets(asked);
  row(`asked for ${asked.length}, calls of the store`, store.stats().backendCalls);
  for (const [key, { value }] of secrets) row("found", key, value);
  for (const [key, { code }] of errors) row("not found", key, code);
  await store.close();
}
