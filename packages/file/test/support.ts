import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { SecretError } from "@llm-orchestrator/secrets-core";
import { build } from "tsup";
import { onTestFinished } from "vitest";

/** A folder of its own for one test, and the file that is not yet in it. */
export function newFile(): { readonly folder: string; readonly path: string } {
  const folder = mkdtempSync(join(tmpdir(), "file-store-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return { folder, path: join(folder, "secrets.age") };
}

/** What the call rejected with. */
export async function failure(call: Promise<unknown>): Promise<SecretError> {
  return call.then(
    () => Promise.reject(new Error("the call succeeded")),
    (error: SecretError) => error,
  );
}

/** The same numbers in every run: mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Bundles programs of `test/children`, which Node runs by itself. Returns the folder. */
export async function bundleChildren(...names: string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "file-children-"));
  const entry = names.map((name) => [
    name,
    fileURLToPath(new URL(`children/${name}.ts`, import.meta.url)),
  ]);
  await build({
    ...{ entry: Object.fromEntries(entry), config: false, format: "esm", target: "es2022" },
    ...{ outDir: folder, silent: true, removeNodeProtocol: false, noExternal: [/./] },
    outExtension: () => ({ js: ".mjs" }),
    esbuildOptions: (options) => {
      options.conditions = ["@llm-orchestrator/source"];
    },
  });
  return folder;
}

export interface Child {
  readonly process: ChildProcess;
  /** Everything that it wrote, once it has ended. */
  readonly ended: Promise<{ readonly output: string; readonly code: number | null }>;
}

/** Starts a bundled child; `onOutput` sees what it has written so far. */
export function startChild(
  file: string,
  variables: Readonly<Record<string, string>>,
  rest: readonly string[],
  onOutput: (output: string) => void = () => {},
): Child {
  const child = spawn(process.execPath, [file, ...rest], {
    env: variables,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    onOutput(output);
  });
  const ended = once(child, "close").then(([code]) => ({ output, code: code as number | null }));
  return { process: child, ended };
}
