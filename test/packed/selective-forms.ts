import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type BuildOptions, build } from "esbuild";
import { packageName } from "./selective-installs.js";

/** Writes a program that uses one backend in its own project; returns the file to run. */
export type Form = (project: string, backend: string, output: string) => Promise<string>;

/** How an application may come by a backend: the columns of the table in docs/footprint.md. */
export const forms = {
  "`import`": writeImport,
  "plain `require`": writeRequire,
  "bundled, ES module": (project, backend, output) =>
    bundle(project, backend, { format: "esm", outfile: `${output}.mjs`, banner: { js: banner } }),
  "bundled, CommonJS": (project, backend, output) =>
    bundle(project, backend, { format: "cjs", outfile: `${output}.cjs` }),
} satisfies Readonly<Record<string, Form>>;

/** An ES module has no `require`, and packages in CommonJS ask for Node's modules by it. */
const banner =
  'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

/** The control: what the banner is needed for. */
export const bundleWithoutBanner: Form = (project, backend, output) =>
  bundle(project, backend, { format: "esm", outfile: `${output}.mjs` });

async function writeImport(project: string, backend: string): Promise<string> {
  const file = join(project, "imported.js");
  await writeFile(
    file,
    `import * as backend from "${packageName(backend)}";
    import { use } from "./use.js";
    use("${backend}", backend);`,
  );
  return file;
}

async function writeRequire(project: string, backend: string): Promise<string> {
  const file = join(project, "required.cjs");
  await writeFile(
    file,
    `const backend = require("${packageName(backend)}");
    import("./use.js").then(({ use }) => use("${backend}", backend));`,
  );
  return file;
}

async function bundle(
  project: string,
  backend: string,
  options: BuildOptions & { readonly outfile: string },
): Promise<string> {
  await build({
    ...{ absWorkingDir: project, entryPoints: [await writeImport(project, backend)] },
    ...{ bundle: true, platform: "node", target: "node20", logLevel: "silent" },
    ...options,
  });
  return options.outfile;
}
