import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UsageError } from "./usage-error.js";

/** The root of this project's own repository, if the folder lies in a checkout of it. */
export async function findRepository(folder: string): Promise<string | undefined> {
  for (let root = folder; ; root = dirname(root)) {
    if (existsSync(join(root, "pnpm-workspace.yaml")) && (await holdsCore(root))) return root;
    if (dirname(root) === root) return undefined;
  }
}

async function holdsCore(root: string): Promise<boolean> {
  try {
    const text = await readFile(join(root, "packages", "core", "package.json"), "utf8");
    return (JSON.parse(text) as { name?: unknown }).name === "@llm-orchestrator/secrets-core";
  } catch {
    return false; // another project, whatever its package of this name holds
  }
}

/** The last of the references, and what closes the file behind it. */
const lastReference = /\{ "path": "[^"]+" \}(?=\s*\]\s*\}\s*$)/;

/** The text of the root's `tsconfig.json` with one package more. */
export function withReference(tsconfig: string, folder: string): string {
  const reference = `{ "path": "packages/${folder}" }`;
  if (tsconfig.includes(reference)) return tsconfig;
  if (!lastReference.test(tsconfig)) {
    throw new UsageError(
      "tsconfig.json at the repository's root has no list of references at its end",
      `Restore it, then run this again; it has to hold ${reference}`,
    );
  }
  return tsconfig.replace(lastReference, (last) => `${last},\n    ${reference}`);
}
