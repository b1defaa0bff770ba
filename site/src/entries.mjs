import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * What can be imported: `{ name: "ai-sdk/openai", file: "…/packages/ai-sdk/src/openai.ts", specifier }`,
 * where the specifier is what an import names. Read from the manifests' exports.
 */
export function readEntries(repository) {
  const packages = join(repository, "packages");
  return readdirSync(packages)
    .filter((folder) => existsSync(join(packages, folder, "package.json")))
    .sort()
    .flatMap((folder) => entriesOf(packages, folder));
}

function entriesOf(packages, folder) {
  const manifest = JSON.parse(readFileSync(join(packages, folder, "package.json"), "utf8"));
  return Object.entries(manifest.exports ?? {}).flatMap(([path, conditions]) => {
    const source = conditions["@llm-orchestrator/source"];
    if (source === undefined) return [];
    const below = path.slice(1); // "." → "", "./openai" → "/openai"
    return [
      {
        name: folder + below,
        file: join(packages, folder, source),
        specifier: manifest.name + below,
      },
    ];
  });
}
