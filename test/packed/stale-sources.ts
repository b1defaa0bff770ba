import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/** Sources of a bundle that have changed since it was made, going by the text in its source map. */
export async function staleSources(sourceMap: string): Promise<readonly string[]> {
  const { sources, sourcesContent } = JSON.parse(await readFile(sourceMap, "utf8")) as {
    sources: readonly string[];
    sourcesContent: readonly string[];
  };
  const stale: string[] = [];
  for (const [index, source] of sources.entries()) {
    const now = await readFile(resolve(dirname(sourceMap), source), "utf8").catch(() => undefined);
    if (now !== sourcesContent[index]) stale.push(source);
  }
  return stale;
}
