import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { median, report } from "./interleave.mjs";

const here = new URL(".", import.meta.url);
const subjects = {
  "an empty file": "./load-nothing.mjs",
  "core and env": "./load-core-env.mjs",
};

/** Milliseconds that an import takes in a process of its own, by that process's clock. */
function importTime(specifier) {
  const code = `const start = performance.now(); await import(${JSON.stringify(specifier)}); console.log(performance.now() - start)`;
  return Number(
    execFileSync(process.execPath, ["--input-type=module", "-e", code], {
      cwd: here,
      encoding: "utf8",
    }),
  );
}

export async function benchLoad() {
  const samples = Object.fromEntries(Object.keys(subjects).map((name) => [name, []]));
  for (let round = 0; round < 15; round++) {
    for (const [name, specifier] of Object.entries(subjects))
      samples[name].push(importTime(specifier));
  }
  const medians = new Map(Object.entries(samples).map(([name, values]) => [name, median(values)]));
  report("Import in a fresh process", medians, "ms");
  const { outputFiles } = await build({
    ...{
      entryPoints: [fileURLToPath(new URL("load-core-env.mjs", here))],
      bundle: true,
      minify: true,
    },
    ...{ write: false, format: "esm", platform: "node", target: "node20", logLevel: "error" },
  });
  console.log(
    `\nCore and env, bundled and minified: ${(outputFiles[0].contents.length / 1_000).toFixed(1)} kB`,
  );
}
