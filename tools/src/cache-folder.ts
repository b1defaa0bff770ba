import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Where servers are kept that were fetched once, below the repository's `node_modules`. Looked for from
 * here upwards: an example has this file in its bundle, which lies somewhere else.
 */
export function cacheFolder(name: string): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "pnpm-workspace.yaml"))) {
    const above = dirname(folder);
    if (above === folder) throw new Error("This runs within the repository only.");
    folder = above;
  }
  return join(folder, "node_modules", ".cache", name);
}
