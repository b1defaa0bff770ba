import { readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { Arguments } from "./arguments.js";
import { choosePackageName } from "./package-name.js";
import { findRepository, withReference } from "./repository.js";
import { parseServiceName, type ServiceName } from "./service-name.js";
import { type NewFiles, repositoryFiles, standaloneFiles } from "./template-files.js";
import { UsageError } from "./usage-error.js";

/** What will be written where. */
export interface Plan {
  readonly service: ServiceName;
  readonly packageName: string;
  /** Of the new package. */
  readonly folder: string;
  readonly files: NewFiles;
  /** Inside the project's own repository: its root, and what changes in it outside of the folder. */
  readonly repository?: {
    readonly root: string;
    readonly files: NewFiles;
    /** `pnpm@12.0.0` */
    readonly packageManager: string;
  };
}

/** @throws UsageError for whatever of the arguments cannot be done. */
export async function makePlan(args: Arguments, workingFolder: string): Promise<Plan> {
  if (args.name === undefined) {
    throw new UsageError(
      "the name of the service is missing",
      "Pass it in kebab-case: npm create @llm-orchestrator/secrets-backend doppler",
    );
  }
  const service = parseServiceName(args.name);
  const given = args.folder === undefined ? undefined : resolve(workingFolder, args.folder);
  const description = checkDescription(args.description ?? defaultDescription(service));
  const root = await findRepository(given === undefined ? workingFolder : dirname(given));
  if (root !== undefined && (given === undefined || dirname(given) === join(root, "packages"))) {
    return planForRepository(args, { root, given, service, description });
  }
  const { packageName: whole } = args;
  const scope = args.scope ?? (whole === undefined ? args.npmScope : undefined);
  const packageName = choosePackageName(service.kebab, {
    ...(scope !== undefined && { scope }),
    ...(whole !== undefined && { packageName: whole }),
  });
  const folder = given ?? join(workingFolder, `secrets-${service.kebab}`);
  const files = await standaloneFiles({ service, packageName, description });
  return { service, packageName, folder, files };
}

interface InRepository {
  readonly root: string;
  readonly given: string | undefined;
  readonly service: ServiceName;
  readonly description: string;
}

async function planForRepository(
  args: Arguments,
  { root, given, service, description }: InRepository,
): Promise<Plan> {
  const packageName = `@llm-orchestrator/secrets-${service.kebab}`;
  const folder = join(root, "packages", service.kebab);
  if (args.scope !== undefined || args.packageName !== undefined) {
    throw new UsageError(
      `in this repository the package is called ${packageName}`,
      "Leave out --scope and --package-name",
    );
  }
  if (given !== undefined && given !== folder) {
    throw new UsageError(
      `in this repository the folder is packages/${service.kebab}, not ${basename(given)}`,
      "Leave the folder out",
    );
  }
  const files = await repositoryFiles({ service, packageName, description });
  const tsconfig = await readFile(join(root, "tsconfig.json"), "utf8");
  const manifest = await readFile(join(root, "package.json"), "utf8");
  const { packageManager = "pnpm" } = JSON.parse(manifest) as { packageManager?: string };
  const changes = new Map([
    ["tsconfig.json", withReference(tsconfig, service.kebab)],
    [
      `.changeset/first-release-of-${service.kebab}.md`,
      `---\n"${packageName}": major\n---\n\nFirst release.\n`,
    ],
  ]);
  return {
    service,
    packageName,
    folder,
    files,
    repository: { root, files: changes, packageManager },
  };
}

function defaultDescription({ title }: ServiceName): string {
  return `Secrets of ${title} for applications that use @llm-orchestrator/secrets-core.`;
}

/** It stands in comments and Markdown, too. */
function checkDescription(text: string): string {
  const trimmed = text.trim();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (trimmed !== "" && !/[\u0000-\u001f\u007f]|\*\//.test(trimmed)) return trimmed;
  throw new UsageError(
    "the description is empty, has more than one line, or ends a comment",
    'Pass one line: --description "Secrets of Doppler."',
  );
}
