import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { NewFiles } from "./template-files.js";
import { UsageError } from "./usage-error.js";

/** @throws UsageError where something is there that would be lost. */
export async function checkFolder(folder: string, overwrite: boolean): Promise<void> {
  const names = await namesIn(folder);
  const inTheWay = names.filter((name) => name !== ".git"); // a new repository is an empty folder
  if (inTheWay.length === 0 || overwrite) return;
  throw new UsageError(
    `the folder ${folder} is not empty: it holds ${inTheWay.slice(0, 3).join(", ")}${inTheWay.length > 3 ? ", …" : ""}`,
    "Pass another folder, or --overwrite to replace files of the same name in it",
  );
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return [];
    if (code !== "ENOTDIR") throw error;
    throw new UsageError(`${folder} is a file, or lies below one`, "Pass another folder");
  }
}

/** What somebody else puts there meanwhile is not overwritten either, unless that was asked for. */
export async function writeFiles(
  folder: string,
  files: NewFiles,
  overwrite: boolean,
): Promise<void> {
  for (const [path, text] of files) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    if (overwrite) await rm(target, { force: true }); // a link goes, and not what it points to
    await writeFile(target, text, { flag: "wx" });
  }
}
