import { SecretError, type SecretErrorCode } from "@llm-orchestrator/secrets-core";
import { readArguments, UsageError, usage } from "./read-arguments.js";
import { report } from "./report.js";
import { sample } from "./sample.js";
import { withStores } from "./with-stores.js";

async function main(): Promise<0 | 1> {
  const asked = readArguments(process.argv.slice(2));
  if (asked === "help") {
    process.stdout.write(usage);
    return 0;
  }
  if (asked === "sample") return showSample();
  return withStores(asked, (from, to) => report(from, to, asked));
}

async function showSample(): Promise<0 | 1> {
  const { prefixes, makeFrom, makeTo } = sample;
  const open = async (side: string) => (side === "from" ? makeFrom() : makeTo());
  const show = async (apply: boolean) =>
    withStores(
      { from: "from", to: "to" },
      (from, to) => report(from, to, { prefixes, apply }),
      open,
    );
  console.log("dry run");
  await show(false);
  console.log("and with --apply");
  return show(true);
}

/** What other arguments would mend; the rest is a server's or a network's affair. */
const argumentCodes: readonly SecretErrorCode[] = ["CONFIGURATION", "INVALID_KEY", "NOT_SUPPORTED"];

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n\n${usage}`);
    process.exitCode = 2;
  } else if (SecretError.isInstance(error)) {
    console.error(`${error.code}: ${error.message}`); // which says what to do
    process.exitCode = argumentCodes.includes(error.code) ? 2 : 1;
  } else throw error;
}
