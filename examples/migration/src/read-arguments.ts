import { parseArgs } from "node:util";

/** What to copy, and from where to where: two URLs of stores. */
export interface Copying {
  readonly from: string;
  readonly to: string;
  readonly prefixes: readonly string[];
  readonly apply: boolean;
}

export const usage = `Copies secrets from one store to another. Prints names and outcomes, never a value.

  node examples/migration/dist/main.js --from env: --to vault://vault.example:8200/secret openai/ database/

  --from <url>   the store that has them; default env:
  --to <url>     the store that gets them
  --apply        writes; without it nothing is written
  openai/ …      which keys: all that begin so; at least one such prefix

With no argument at all it shows itself: from three sample variables to a store in memory.
Ends with 0, with 1 where a secret was not copied or nothing is below a prefix, with 2 for wrong arguments.
`;

/** A mistake of the person at the keyboard. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * The sample runs only where nothing was asked for: somebody who forgot `--to` must not read `copied`.
 *
 * @throws UsageError for a flag that does not exist, or a part that is missing.
 */
export function readArguments(args: readonly string[]): Copying | "sample" | "help" {
  if (args.length === 0) return "sample";
  const { values, positionals: prefixes } = parse(args);
  if (values.help) return "help";
  const { from, to, apply } = values;
  if (to === undefined) throw new UsageError("--to is missing: where shall they go?");
  if (prefixes.length === 0) throw new UsageError("a prefix is missing, such as openai/");
  return { from, to, prefixes, apply };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        from: { type: "string", default: "env:" },
        to: { type: "string" },
        apply: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message.split(/\. |\n/)[0]); // Node adds advice of its own
  }
}
