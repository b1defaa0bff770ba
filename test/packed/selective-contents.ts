import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** What `npm install` brought into a project. */
export interface Contents {
  /** Folders of our packages: `["core", "env"]`. */
  readonly ours: readonly string[];
  /** Paths in `node_modules` of packages of others; of the same package there may be two. */
  readonly others: readonly string[];
  /** Paths of packages that run something when they are installed. */
  readonly scripts: readonly string[];
  /** SPDX expressions of the others' licences, each once. */
  readonly licences: readonly string[];
  /** Of all files, on a disk with blocks of 4 KiB: thousands of small files take more than they hold. */
  readonly oursBytes: number;
  readonly othersBytes: number;
}

const own = "node_modules/@llm-orchestrator/";
const block = 4_096;

/** An SPDX expression; in old manifests a list of objects. */
type License = string | readonly { readonly type: string }[];

const namesOf = (licence: License = "none stated") =>
  typeof licence === "string" ? [licence] : licence.map(({ type }) => type);

interface LockedPackage {
  readonly license?: License;
  readonly hasInstallScript?: true;
}

/** Reads npm's lockfile, and counts what lies on disk. */
export function contentsOf(project: string): Contents {
  const lock = readFileSync(join(project, "package-lock.json"), "utf8");
  const { packages } = JSON.parse(lock) as {
    packages: Readonly<Record<string, LockedPackage>>;
  };
  const paths = Object.keys(packages).filter((path) => path !== "");
  const ours = paths.filter((path) => path.startsWith(own));
  const others = paths.filter((path) => !path.startsWith(own));
  const licences = others.flatMap((path) => namesOf(packages[path]?.license));
  const sizes = fileSizes(project);
  return {
    ours: ours.map((path) => path.slice(`${own}secrets-`.length)).sort(),
    scripts: paths.filter((path) => packages[path]?.hasInstallScript),
    ...{ others, licences: [...new Set(licences)].sort() },
    oursBytes: sum(sizes.filter(([path]) => path.startsWith(own))),
    othersBytes: sum(sizes.filter(([path]) => !path.startsWith(own))),
  };
}

/** What is not there is not counted, such as an optional package for another platform. */
function fileSizes(project: string): readonly (readonly [path: string, bytes: number])[] {
  const modules = join(project, "node_modules");
  return readdirSync(modules, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== ".package-lock.json")
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const bytes = Math.ceil(statSync(path).size / block) * block;
      return [path.slice(project.length + 1), bytes] as const;
    });
}

const sum = (sizes: readonly (readonly [string, number])[]) =>
  sizes.reduce((total, [, bytes]) => total + bytes, 0);
