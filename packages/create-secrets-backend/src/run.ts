import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { parseArguments } from "./arguments.js";
import { help } from "./help.js";
import { nextSteps } from "./next-steps.js";
import { ownVersion } from "./own-manifest.js";
import { makePlan, type Plan } from "./plan.js";
import { UsageError } from "./usage-error.js";
import { checkFolder, writeFiles } from "./write-files.js";

/** Where the program runs. */
export interface Surroundings {
  readonly workingFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  print(text: string): void;
  printError(text: string): void;
}

/** @returns The exit code: 0, 1 where writing failed, 2 for a mistake in the arguments. */
export async function run(args: readonly string[], surroundings: Surroundings): Promise<number> {
  try {
    await perform(args, surroundings);
    return 0;
  } catch (error) {
    const { message } = error as Error;
    const fix = error instanceof UsageError ? `${error.fix}\n` : "";
    surroundings.printError(`create-secrets-backend: ${message}.\n${fix}`);
    return error instanceof UsageError ? 2 : 1;
  }
}

async function perform(args: readonly string[], surroundings: Surroundings): Promise<void> {
  const { workingFolder, environment, print } = surroundings;
  const parsed = parseArguments(args, environment);
  if (parsed.help) return print(help);
  if (parsed.version) return print(`${await ownVersion()}\n`);
  const plan = await makePlan(parsed, workingFolder);
  await checkFolder(plan.folder, parsed.overwrite);
  if (!parsed.dryRun) await write(plan, parsed.overwrite);
  print(`${summary(plan, workingFolder, parsed.dryRun)}\n`);
  if (!parsed.dryRun) print(nextSteps(plan, workingFolder, environment.npm_config_user_agent));
}

async function write({ folder, files, repository }: Plan, overwrite: boolean): Promise<void> {
  await writeFiles(folder, files, overwrite);
  for (const [path, text] of repository?.files ?? []) {
    const target = join(repository?.root ?? folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }
}

function summary(plan: Plan, workingFolder: string, dryRun: boolean): string {
  const { packageName, folder, files, repository } = plan;
  const shown = (root: string, path: string) => relative(workingFolder, join(root, path)) || ".";
  const paths = [...files.keys()].map((path) => shown(folder, path));
  const changed = [...(repository?.files.keys() ?? [])].map((path) =>
    shown(repository?.root ?? folder, path),
  );
  const what = dryRun ? "Would write" : "Wrote";
  const lines = [...paths, ...changed].map((path) => `  ${path}\n`).join("");
  return `${what} ${packageName} to ${shown(folder, "")}:\n${lines}`;
}
