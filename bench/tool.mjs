import { mkdir } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const tools = fileURLToPath(new URL("../tools/src/", import.meta.url));
const folder = fileURLToPath(new URL("node_modules/.cache/", import.meta.url));

/** A tool of the tests, which are written in TypeScript. @param name Path without its ending. */
export async function loadTool(name) {
  await mkdir(folder, { recursive: true });
  const outfile = `${folder}${name.replaceAll("/", "-")}.mjs`;
  const entryPoints = [`${tools}${name}.ts`];
  await build({
    ...{ entryPoints, outfile, bundle: true, format: "esm", platform: "node", target: "node20" },
    logLevel: "error",
  });
  return import(pathToFileURL(outfile).href);
}
