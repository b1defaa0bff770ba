import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** How far a package may grow past its committed size before someone has to say that it may. */
const tolerance = 0.05;

const sizesFile = (root) => join(root, "tools", "checks", "sizes.json");

/** Bytes of a packed package: what is downloaded, and what it takes on a disk. */
export function measureTarball(tarball, unpacked) {
  const files = readdirSync(unpacked, { recursive: true, withFileTypes: true });
  return {
    tarballBytes: statSync(tarball).size,
    unpackedBytes: files
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0),
  };
}

/** Bytes that the smallest useful set, core and env, adds to an application's bundle. */
export async function measureBundle(root) {
  const { outputFiles } = await build({
    stdin: {
      contents: 'export { EnvSecretStore } from "@llm-orchestrator/secrets-env";',
      resolveDir: join(root, "test"),
    },
    ...{ bundle: true, minify: true, write: false, format: "esm" },
    ...{ platform: "node", target: "node20", logLevel: "silent" },
  });
  const [{ contents }] = outputFiles;
  return { minifiedBytes: contents.length, gzipBytes: gzipSync(contents).length };
}

/**
 * Compares measured sizes with the committed ones. Returns messages.
 *
 * @param committed `{ core: { tarballBytes: 1000, … }, … }`
 * @param measured of the same shape
 */
export function checkSizes(committed, measured) {
  const advice = 'if that is meant, run "npm run sizes" and commit tools/checks/sizes.json';
  const problems = Object.entries(measured).flatMap(([name, sizes]) =>
    Object.entries(sizes).flatMap(([field, bytes]) => {
      const budget = committed[name]?.[field];
      if (budget === undefined) return [`${name}: ${field} has no budget; ${advice}`];
      if (bytes <= budget * (1 + tolerance)) return [];
      const percent = ((bytes / budget - 1) * 100).toFixed(1);
      return [
        `${name}: ${field} is ${bytes}, ${percent} % above the budget of ${budget}; ${advice}`,
      ];
    }),
  );
  const stale = Object.keys(committed).filter((name) => !(name in measured));
  return [...problems, ...stale.map((name) => `${name}: a budget of no package; ${advice}`)];
}

export const readSizes = (root) => JSON.parse(readFileSync(sizesFile(root), "utf8"));

export function writeSizes(root, measured) {
  writeFileSync(sizesFile(root), `${JSON.stringify(measured, undefined, 2)}\n`);
}
