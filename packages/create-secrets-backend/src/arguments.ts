import { parseArgs } from "node:util";
import { UsageError } from "./usage-error.js";

/** What was asked for, with nothing checked but that the flags exist. */
export interface Arguments {
  readonly name: string | undefined;
  readonly folder: string | undefined;
  readonly scope: string | undefined;
  /** npm's own setting of that name, from a flag before `--` or the user's configuration. */
  readonly npmScope: string | undefined;
  readonly packageName: string | undefined;
  readonly description: string | undefined;
  readonly overwrite: boolean;
  readonly dryRun: boolean;
  readonly help: boolean;
  readonly version: boolean;
}

const options = {
  scope: { type: "string" },
  "package-name": { type: "string" },
  description: { type: "string" },
  overwrite: { type: "boolean", default: false },
  "dry-run": { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
  version: { type: "boolean", short: "v", default: false },
} as const;

const create = "npm create @llm-orchestrator/secrets-backend";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * @param environment Of the process: where npm puts the flags that it kept for itself.
 * @throws UsageError for a flag that does not exist, or that never arrived.
 */
export function parseArguments(args: readonly string[], environment: Environment): Arguments {
  const { values, positionals } = parse(args);
  const settings = ["init", "exec"].includes(environment.npm_command ?? "") ? environment : {};
  refuseKeptFlags(settings);
  const [name, folder, ...more] = positionals;
  if (more.length > 0) {
    throw new UsageError(
      `there are ${positionals.length} arguments, and two are taken: a name and a folder`,
      `Put quotes around what belongs together, and flags behind --: ${create} doppler -- --help`,
    );
  }
  const { scope, description, overwrite, help, version } = values;
  const [packageName, dryRun] = [values["package-name"], values["dry-run"]];
  const npmScope = settings.npm_config_scope || undefined;
  return {
    ...{ name, folder, scope, npmScope, packageName, description },
    ...{ overwrite, dryRun, help, version },
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    const [message = ""] = (error as Error).message.split(/\. |\.?\n/); // Node adds advice of its own
    throw new UsageError(
      message.charAt(0).toLowerCase() + message.slice(1),
      `See all flags: ${create} -- --help`,
    );
  }
}

/** `npm create x --dry-run` keeps the flag for npm: without this, files would be written. */
function refuseKeptFlags(settings: Environment): void {
  const flags = ["package-name", "description", "overwrite", "dry-run"];
  const kept = flags.find((flag) => settings[`npm_config_${flag.replaceAll("-", "_")}`]);
  if (kept === undefined) return;
  throw new UsageError(
    `npm kept --${kept} for itself`,
    `Put -- before the flags: ${create} doppler -- --${kept}`,
  );
}
