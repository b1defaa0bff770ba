import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { build } from "tsup";

interface ChildResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
}

export interface Child {
  /** A folder of its own, removed by `dispose`. The child runs in it. */
  readonly folder: string;
  /** Runs the script once, with `input` on its stdin and no environment but `PATH`. */
  run(input: string | Uint8Array, nodeOptions?: readonly string[]): Promise<ChildResult>;
  dispose(): Promise<void>;
}

/** A script in TypeScript, bundled with our sources, to run in processes of its own. */
export async function bundleChild(script: URL): Promise<Child> {
  const folder = await mkdtemp(join(tmpdir(), "secrets-child-"));
  await build({
    ...{ entry: { child: fileURLToPath(script) }, outDir: folder, format: "esm", target: "node20" },
    ...{ config: false, silent: true, clean: false, splitting: false, noExternal: [/./] },
    outExtension: () => ({ js: ".mjs" }),
    esbuildOptions: (options) => {
      options.conditions = ["@llm-orchestrator/source"];
    },
  });
  return {
    folder,
    run: async (input, nodeOptions = []) => {
      const child = spawn(process.execPath, [...nodeOptions, join(folder, "child.mjs")], {
        cwd: folder,
        env: { PATH: process.env.PATH },
      });
      const closed = new Promise<number | null>((resolve, reject) => {
        child.once("error", reject).once("close", resolve);
      });
      child.stdin.on("error", () => {}); // a child that ended before it read
      child.stdin.end(input);
      const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
      return { stdout, stderr, exitCode: await closed };
    },
    dispose: () => rm(folder, { recursive: true }),
  };
}
