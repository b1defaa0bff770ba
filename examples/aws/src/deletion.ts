import { AwsSecretStore } from "@llm-orchestrator/secrets-aws";
import { SecretError } from "@llm-orchestrator/secrets-core";
import { keys } from "./account.js";
import { heading, row } from "./terminal.js";

/** What was deleted can be had back for a while, and is not to be read meanwhile. */
export async function showDeletion(): Promise<void> {
  heading("4. Delete and restore: new AwsSecretStore()");
  const store = new AwsSecretStore();
  await store.deleteSecret(keys.signing, { recoveryWindowDays: 7 });
  const { deletedAt } = await store.describeSecret(keys.signing);
  row("deleted", deletedAt);
  row("a read says", await store.getSecret(keys.signing).then(({ value }) => value, reasonOf));
  await store.restoreSecret(keys.signing);
  row("restored", (await store.getSecret(keys.signing)).value);
  await store.close();
}

function reasonOf(error: unknown): string {
  if (!SecretError.isInstance(error)) throw error;
  return `${error.code} (${error.reason})`;
}
