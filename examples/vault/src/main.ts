import { parseArgs } from "node:util";
import { SecretError } from "@llm-orchestrator/secrets-core";
import { showAppRole } from "./app-role.js";
import { showRotation } from "./rotation.js";
import { showSecrets } from "./secrets.js";
import { startServer, useOwnServer } from "./server.js";
import { dim } from "./terminal.js";

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { "own-server": { type: "boolean", default: false } } });
  const server = values["own-server"] ? useOwnServer() : await startServer();
  console.log(server.title);
  try {
    await showSecrets();
    await showRotation();
    await showAppRole(server);
  } finally {
    await server.stop();
  }
  console.log(
    `\n${dim("Next: the source is in examples/vault/src, the options in packages/vault.")}`,
  );
}

try {
  await main();
} catch (error) {
  if (!SecretError.isInstance(error)) throw error;
  console.error(`${error.code}: ${error.message}`); // which says what to do
  process.exitCode = 1;
}
