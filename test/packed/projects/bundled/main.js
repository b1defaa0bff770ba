// A small application that reads from the environment and may use Vault, which is not installed.
import { SecretManagerBuilder } from "@llm-orchestrator/secrets-builder";

async function main() {
  const store = await new SecretManagerBuilder("env", { environment: { KEY: "found" } }).build();
  const { value } = await store.getSecret("key");
  await store.close();
  const vault = await new SecretManagerBuilder("vault").build().then(
    ({ name }) => ({ name }),
    ({ code, reason, message }) => ({ code, reason, message }),
  );
  console.log(JSON.stringify({ env: value.expose(), vault }));
}

main();
