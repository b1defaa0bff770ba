import { parseArgs } from "node:util";
import { SecretManagerBuilder } from "@llm-orchestrator/secrets-builder";
import type { SecretStore } from "@llm-orchestrator/secrets-core";
import { EnvSecretStore } from "@llm-orchestrator/secrets-env";
import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { migrate } from "./migrate.js";

const usage = `Copies secrets from one store to another. Prints names and outcomes, never a value.

  node examples/migration/dist/main.js --from env: --to vault://vault.example:8200/secret openai/ database/
  … --apply   writes; without it nothing is written

Without --to it shows itself: from three sample variables to a store in memory.
`;

/** Three variables; one of them is in the target already, another has been changed there. */
function sample(): { from: SecretStore; to: SecretStore; prefixes: string[] } {
  const environment = {
    OPENAI_API_KEY: "sk-sample-openai",
    OPENAI_ORGANIZATION: "org-sample",
    DATABASE_PASSWORD: "sample-password",
  };
  const to = MemorySecretStore.from({
    "openai/organization": "org-sample",
    "database/password": "changed since",
  });
  return { from: new EnvSecretStore({ environment }), to, prefixes: ["openai/", "database/"] };
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      from: { type: "string", default: "env:" },
      to: { type: "string" },
      apply: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help || (values.to !== undefined && positionals.length === 0)) {
    process.stdout.write(usage);
    return;
  }
  if (values.to === undefined) {
    const { from, to, prefixes } = sample();
    console.log("dry run");
    await run(from, to, prefixes, false);
    console.log("and with --apply");
    return run(from, to, prefixes, true);
  }
  const from = await SecretManagerBuilder.fromUrl(values.from).build();
  const to = await SecretManagerBuilder.fromUrl(values.to).build();
  await run(from, to, positionals, values.apply);
}

async function run(
  from: SecretStore,
  to: SecretStore,
  prefixes: readonly string[],
  apply: boolean,
): Promise<void> {
  for await (const { key, outcome, error } of migrate(from, to, { prefixes, apply })) {
    console.log(`  ${key.padEnd(24)} ${outcome}${error ? `: ${error.message}` : ""}`);
    if (outcome === "failed") process.exitCode = 1;
  }
}

await main();
