import type { SecretStore } from "@llm-orchestrator/secrets-core";
import { type MigrationOptions, migrate } from "./migrate.js";

/**
 * Prints a line for each secret and one that counts them.
 *
 * @returns The exit code: 0, or 1 where a secret failed or a prefix has nothing below it, which is a
 * misspelt prefix more often than not.
 */
export async function report(
  from: SecretStore,
  to: SecretStore,
  options: MigrationOptions,
): Promise<0 | 1> {
  const keys: string[] = [];
  let hasFailed = false;
  for await (const { key, outcome, error } of migrate(from, to, options)) {
    console.log(`  ${key.padEnd(24)} ${outcome}${error ? `: ${error.message}` : ""}`);
    keys.push(key);
    hasFailed ||= outcome === "failed";
  }
  const counts = options.prefixes.map((prefix) => ({
    prefix,
    count: keys.filter((key) => key.startsWith(prefix)).length,
  }));
  console.log(`  ${counts.map(summary).join(", ")}`);
  return hasFailed || counts.some(({ count }) => count === 0) ? 1 : 0;
}

function summary({ prefix, count }: { readonly prefix: string; readonly count: number }): string {
  return `${count} ${count === 1 ? "secret" : "secrets"} below ${prefix || '""'}`;
}
