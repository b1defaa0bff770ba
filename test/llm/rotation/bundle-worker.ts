import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "tsup";

/** The example's worker with our sources and the SDKs in one file, so that it needs no build. */
export async function bundleWorker() {
  const script = new URL("../../../examples/rotation/src/worker.ts", import.meta.url);
  const folder = await mkdtemp(join(tmpdir(), "rotation-worker-"));
  await build({
    ...{ entry: { worker: fileURLToPath(script) }, outDir: folder, format: "esm" },
    ...{ target: "node20", config: false, silent: true, clean: false, splitting: false },
    noExternal: [/./],
    outExtension: () => ({ js: ".mjs" }),
    // Some of what the SDKs bring along is CommonJS.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    esbuildOptions: (options) => {
      options.conditions = ["@llm-orchestrator/source"];
    },
  });
  return { file: join(folder, "worker.mjs"), dispose: () => rm(folder, { recursive: true }) };
}
