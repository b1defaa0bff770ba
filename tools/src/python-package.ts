import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { access, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "./cache-folder.ts";

export interface PythonPackage {
  /** The interpreter itself: a wrapper would take the signals that are meant for a server. */
  readonly python: string;
  /** For `PYTHONPATH`. */
  readonly folder: string;
}

export interface PythonPackageOptions {
  /** Where packages are kept. Default: a folder under the repository's `node_modules`. */
  readonly folder?: string;
  /** Installs into an empty folder. Default: pip does, from PyPI. */
  readonly install?: (folder: string, python: string) => Promise<void>;
}

/**
 * A package of PyPI, fetched unless an earlier run has done so. Callers in several processes may ask at
 * once: each installs into a folder of its own, and the first that is done gives it its name.
 *
 * @param requirements The package and everything that it needs, each with its version: nothing else is
 * installed, so that what runs today runs tomorrow.
 * @throws Error that says what to do. A test that needs a real server must fail without one.
 */
export async function findPythonPackage(
  requirements: readonly [string, ...string[]],
  options: PythonPackageOptions = {},
): Promise<PythonPackage> {
  const { folder: cache = cacheFolder("python") } = options;
  const { install = (target, python) => installWithPip(target, python, requirements) } = options;
  try {
    const { python, tag } = await findPython();
    const finished = join(cache, nameFor(requirements, tag));
    if (!(await isDone(finished))) await installOnce(cache, finished, (to) => install(to, python));
    return { python, folder: finished };
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${adviceFor(requirements[0])}`);
  }
}

async function installOnce(
  cache: string,
  finished: string,
  install: (folder: string) => Promise<void>,
): Promise<void> {
  await mkdir(cache, { recursive: true });
  const started = await mkdtemp(join(cache, "unfinished-"));
  try {
    await install(started);
    await writeFile(join(started, doneMark), "");
    await rename(started, finished).catch(() => {}); // somebody else was first, or we find out below
  } finally {
    await rm(started, { recursive: true, force: true });
  }
  if (await isDone(finished)) return;
  throw new Error(`Nothing could be put at ${finished}. Remove that folder, then run again.`);
}

/** Its tag tells apart what was compiled for another release or machine. */
async function findPython(): Promise<{ readonly python: string; readonly tag: string }> {
  const script =
    "import sys, sysconfig; print(sys.executable); " +
    "print(sys.implementation.cache_tag + '-' + sysconfig.get_platform())";
  const { stdout } = await promisify(execFile)("python3", ["-c", script]);
  const [python = "", tag = ""] = stdout.trim().split("\n");
  return { python, tag };
}

function nameFor(requirements: readonly [string, ...string[]], tag: string): string {
  const hash = createHash("sha256").update(requirements.join("\n")).digest("hex").slice(0, 8);
  return `${requirements[0].replaceAll(/[^\w.=-]/g, "_")}-${hash}-${tag}`;
}

const doneMark = ".complete";

function isDone(folder: string): Promise<boolean> {
  return access(join(folder, doneMark)).then(
    () => true,
    () => false,
  );
}

function adviceFor(requirement: string): string {
  return (
    `The tests need ${requirement} of PyPI. Make sure that python3 (3.11 or newer) with pip is ` +
    "installed and reaches PyPI (or the mirror it is configured for), then run again."
  );
}

async function installWithPip(
  folder: string,
  python: string,
  requirements: readonly string[],
): Promise<void> {
  const quiet = ["--quiet", "--disable-pip-version-check", "--no-input"];
  // Python compiles what a server loads when it first does, which is little of what is here.
  const what = ["--no-compile", "--no-deps", "--only-binary", ":all:", "--no-warn-script-location"];
  const args = ["-m", "pip", "install", ...quiet, ...what, "--target", folder, ...requirements];
  await promisify(execFile)(python, args, { maxBuffer: 64 * 1024 * 1024 });
}
