import { execFile } from "node:child_process";
import { access, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const cache = fileURLToPath(new URL("../../node_modules/.cache/python", import.meta.url));

/**
 * The folder of a package of PyPI with all that it needs, for `PYTHONPATH`; fetched unless an earlier
 * run has done so. Callers in several processes may ask at once: the first that is done wins.
 *
 * @param requirement With its version: `"moto[server]==5.2.5"`.
 * @throws Error that says what to do. A test that needs a real server must fail without one.
 */
export async function findPythonPackage(requirement: string): Promise<string> {
  const finished = join(cache, requirement.replaceAll(/[^\w.=-]/g, "_"));
  if (await isDone(finished)) return finished;
  await mkdir(cache, { recursive: true });
  const started = await mkdtemp(join(cache, "unfinished-"));
  try {
    await installWithPip(started, requirement);
    await writeFile(join(started, doneMark), "");
    await rename(started, finished).catch(() => {}); // somebody else was first, or we find out below
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${adviceFor(requirement)}`);
  } finally {
    await rm(started, { recursive: true, force: true });
  }
  if (await isDone(finished)) return finished;
  throw new Error(
    `${requirement} could not be put at ${finished}. Remove that folder, then again.`,
  );
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
    `The tests need ${requirement} of PyPI. Make sure that python3 with pip is installed and reaches ` +
    "PyPI (or the mirror it is configured for), then run again."
  );
}

async function installWithPip(folder: string, requirement: string): Promise<void> {
  const quiet = ["--quiet", "--disable-pip-version-check", "--no-input"];
  const what = ["--no-warn-script-location", "--target", folder, requirement];
  const args = ["-m", "pip", "install", ...quiet, ...what];
  await promisify(execFile)("python3", args, { maxBuffer: 64 * 1024 * 1024 });
}
