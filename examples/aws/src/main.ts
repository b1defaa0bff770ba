import { SecretError } from "@llm-orchestrator/secrets-core";
import { enterAccount } from "./account.js";
import { showDeletion } from "./deletion.js";
import { showRotation } from "./rotation.js";
import { showBatch, showSecrets } from "./secrets.js";
import { dim } from "./terminal.js";

async function main(): Promise<void> {
  const account = await enterAccount();
  console.log(account.title);
  try {
    await showSecrets();
    await showBatch();
    await showRotation();
    await showDeletion();
  } finally {
    await account.leave();
  }
  console.log(`\n${dim("Next: the source is in examples/aws/src, the options in packages/aws.")}`);
}

try {
  await main();
} catch (error) {
  if (!SecretError.isInstance(error)) throw error;
  console.error(`${error.code}: ${error.message}`); // which says what to do
  process.exitCode = 1;
}
