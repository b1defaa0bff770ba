import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A file of secrets for one test. */
export async function createFile(secrets: Record<string, unknown> = {}) {
  const folder = await mkdtemp(join(tmpdir(), "json file "));
  const path = join(folder, "secrets.json");
  await writeFile(path, JSON.stringify(secrets));
  const dispose = () => rm(folder, { recursive: true });
  return { path, secrets, dispose };
}
