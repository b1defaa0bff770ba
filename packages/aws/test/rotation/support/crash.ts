import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "tsup";
import { afterAll, beforeAll } from "vitest";

/** What a process said that was killed once it had come to a step. */
export type KillAt = (endpoint: string, key: string, step: string) => Promise<readonly string[]>;

/** Rotations in processes of their own, which end half-way. */
export function crashChild(): KillAt {
  let folder = "";
  beforeAll(async () => {
    // Inside the package, where the built program finds the SDK.
    folder = await mkdtemp(
      fileURLToPath(new URL("../../../node_modules/.crash-", import.meta.url)),
    );
    await build({
      entry: { child: fileURLToPath(new URL("crash-child.ts", import.meta.url)) },
      ...{ outDir: folder, format: "esm", target: "node20", config: false, silent: true },
      ...{ clean: false, splitting: false, external: [/^@aws-sdk/], noExternal: [/secrets-core/] },
      esbuildOptions: (options) => {
        options.conditions = ["@llm-orchestrator/source"];
      },
      outExtension: () => ({ js: ".mjs" }),
    });
  }, 60_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return (endpoint, key, step) => killAt(join(folder, "child.mjs"), [endpoint, key, step], step);
}

async function killAt(child: string, args: readonly string[], step: string): Promise<string[]> {
  const started = spawn(process.execPath, [child, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const errors: string[] = [];
  started.stderr.setEncoding("utf8").on("data", (text: string) => errors.push(text));
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    started.once("exit", (code) => reject(new Error(`It ended with ${code}: ${errors.join("")}`)));
    started.stdout.setEncoding("utf8").on("data", (text: string) => {
      said.push(...text.split("\n").filter(Boolean));
      if (said.includes(step)) resolve();
    });
  });
  const ended = once(started, "exit");
  started.kill("SIGKILL");
  await ended;
  return said;
}
