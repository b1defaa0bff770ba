import { readFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execute } from "./execute.js";
import { staleSources } from "./stale-sources.js";

const repository = fileURLToPath(new URL("../..", import.meta.url));

/** A package as it would be published. */
export interface PackedPackage {
  /** `@llm-orchestrator/secrets-core` */
  readonly name: string;
  /** Absolute path. */
  readonly tarball: string;
}

interface Manifest {
  readonly name: string;
  version: string;
  dependencies?: Record<string, string>;
}

const { packageManager } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
  packageManager: string;
};

/** It is run and never imported: `test/create-backend` has its tests. */
export const program = "@llm-orchestrator/create-secrets-backend";

/**
 * Packs packages into `folder`, as `pnpm publish` would.
 *
 * @param names Default: every library.
 * @throws Error where a bundle is older than its sources: the tests would be about the past.
 */
export async function packPackages(
  folder: string,
  names: readonly string[] = ["./packages/*", `!${program}`],
): Promise<readonly PackedPackage[]> {
  const filters = names.flatMap((name) => ["--filter", name]);
  const pack = ["pnpm", "--recursive", ...filters, "pack", "--json"];
  const { stdout } = await execute(
    "npx",
    ["--yes", `--package=${packageManager}`, "--", ...pack, "--pack-destination", folder],
    { cwd: repository },
  );
  type Packed = { readonly name: string; readonly filename: string };
  const packed = [JSON.parse(stdout) as Packed | readonly Packed[]].flat(); // one comes without []
  for (const { name } of packed) await checkFresh(name);
  return packed.map(({ name, filename }) => ({ name, tarball: filename }));
}

/** The same code as if it had been published as `version`, each package and what it needs of ours. */
export async function republish(
  packages: readonly PackedPackage[],
  version: string,
  folder: string,
): Promise<readonly PackedPackage[]> {
  const ours = new Set(packages.map(({ name }) => name));
  return Promise.all(
    packages.map(async ({ name, tarball }) => {
      const unpacked = join(folder, `${basename(tarball, ".tgz")}-as-${version}`);
      await mkdir(unpacked, { recursive: true });
      await execute("tar", ["-xzf", tarball, "-C", unpacked]);
      const path = join(unpacked, "package", "package.json");
      const manifest = JSON.parse(await readFile(path, "utf8")) as Manifest;
      manifest.version = version;
      for (const dependency of Object.keys(manifest.dependencies ?? {})) {
        if (ours.has(dependency) && manifest.dependencies) {
          manifest.dependencies[dependency] = `^${version}`;
        }
      }
      await writeFile(path, JSON.stringify(manifest));
      await execute("tar", ["-czf", `${unpacked}.tgz`, "-C", unpacked, "package"]);
      return { name, tarball: `${unpacked}.tgz` };
    }),
  );
}

async function checkFresh(name: string): Promise<void> {
  const folder = join(
    repository,
    "packages",
    name.replace(/^@llm-orchestrator\/(?:secrets-)?/, ""),
  );
  const entry = name === program ? "main" : "index";
  const stale = await staleSources(join(folder, "dist", `${entry}.js.map`));
  if (stale.length === 0) return;
  throw new Error(`${name}: dist is older than ${stale.join(", ")}. Run "npm run build" first.`);
}
