import { cp, mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execute } from "../../packed/execute.js";
import { staleSources } from "../../packed/stale-sources.js";
import { projectWith } from "./install.js";
import type { SdkVersion } from "./versions.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const consumers = join(root, "test", "llm", "matrix", "consumers");

export interface Consumers {
  /** In `consumers/`. */
  readonly files: readonly string[];
  /** The packages of ours that they import, and what those need. */
  readonly packages: readonly string[];
}

/**
 * What the compiler says of consumers and of our declarations, with these versions of the vendor's.
 * The vendors' own declarations are not ours to judge.
 */
export async function compile({ files, packages }: Consumers, sdk: SdkVersion): Promise<string[]> {
  const folder = await projectWith(sdk);
  try {
    const modules = join(folder, "node_modules");
    for (const each of packages) await addOurs(each, modules);
    await symlink(join(root, "node_modules", "@types"), join(modules, "@types"));
    for (const file of files) await cp(join(consumers, file), join(folder, file));
    await writeFile(join(folder, "package.json"), '{ "type": "module" }');
    const compilerOptions = {
      ...{ strict: true, skipLibCheck: false, lib: ["ES2022"], types: ["node"], target: "ES2022" },
      ...{ module: "nodenext", noEmit: true, pretty: false },
    };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    const said = await check(folder);
    return said.filter((line) => /^([a-z-]+\.ts|node_modules.@llm-orchestrator)/.test(line));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function check(folder: string): Promise<string[]> {
  const tsc = join(root, "node_modules", ".bin", "tsc");
  const run = execute(tsc, ["-p", "tsconfig.json"], { cwd: folder });
  const { stdout } = await run.catch((error: Error) => ({ stdout: error.message }));
  return stdout.split("\n");
}

async function addOurs(name: string, modules: string): Promise<void> {
  const source = join(root, "packages", name);
  const maps = (await readdir(join(source, "dist"))).filter((file) => file.endsWith(".js.map"));
  for (const map of maps) {
    const stale = await staleSources(join(source, "dist", map));
    if (stale.length > 0) throw new Error(`${name}: dist is older than ${stale}. Run the build.`);
  }
  const target = join(modules, "@llm-orchestrator", `secrets-${name}`);
  await mkdir(target, { recursive: true });
  await cp(join(source, "package.json"), join(target, "package.json"));
  await cp(join(source, "dist"), join(target, "dist"), { recursive: true });
}
