import { join } from "node:path";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { build as esbuild } from "esbuild";
import { rollup } from "rollup";
import { build as vite } from "vite";
import webpack from "webpack";

/** Bundles `main.js` of a project into a folder; returns the file to run. */
export type Bundler = (project: string, output: string) => Promise<string>;

/** Each rejects for what its bundler calls an error; an absent optional package must be none. */
export const bundlers: Readonly<Record<string, Bundler>> = {
  "esbuild, esm": (project, output) => bundleWithEsbuild(project, join(output, "main.mjs"), "esm"),
  "esbuild, cjs": (project, output) => bundleWithEsbuild(project, join(output, "main.cjs"), "cjs"),
  rollup: bundleWithRollup,
  "webpack, esm": (project, output) => bundleWithWebpack(project, output, true),
  "webpack, cjs": (project, output) => bundleWithWebpack(project, output, false),
  vite: bundleWithVite,
};

const esmFiles = {
  format: "es",
  entryFileNames: "main.mjs",
  chunkFileNames: "[name].mjs",
} as const;

async function bundleWithEsbuild(
  project: string,
  outfile: string,
  format: "esm" | "cjs",
): Promise<string> {
  await esbuild({
    ...{ absWorkingDir: project, entryPoints: ["main.js"], outfile, format },
    ...{ bundle: true, platform: "node", target: "node20", logLevel: "silent" },
  });
  return outfile;
}

async function bundleWithRollup(project: string, output: string): Promise<string> {
  const bundle = await rollup({
    input: join(project, "main.js"),
    plugins: [nodeResolve({ rootDir: project, exportConditions: ["node"] })],
    external: [/^node:/],
    onwarn: () => {}, // that the absent package is left external
  });
  await bundle.write({ dir: output, ...esmFiles });
  return join(output, "main.mjs");
}

async function bundleWithWebpack(
  project: string,
  output: string,
  isModule: boolean,
): Promise<string> {
  const filename = isModule ? "main.mjs" : "main.cjs";
  const compiler = webpack({
    ...{ mode: "production", target: "node20", context: project, entry: "./main.js" },
    experiments: { outputModule: isModule },
    output: { path: output, filename, module: isModule },
  });
  const stats = await new Promise<webpack.Stats | undefined>((resolve, reject) => {
    compiler?.run((error, result) => (error ? reject(error) : resolve(result)));
  });
  await new Promise((resolve) => compiler?.close(resolve));
  if (stats?.hasErrors() !== false) throw new Error(stats?.toString("errors-only"));
  return join(output, filename);
}

async function bundleWithVite(project: string, output: string): Promise<string> {
  await vite({
    ...{ root: project, configFile: false, logLevel: "silent" },
    ssr: { noExternal: true }, // as for a deployment without node_modules
    build: { ssr: "main.js", outDir: output, rolldownOptions: { output: esmFiles } },
  });
  return join(output, "main.mjs");
}
