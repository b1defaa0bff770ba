import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { build } from "tsup";
import { afterAll, beforeAll } from "vitest";

interface Ended {
  readonly code: number;
  /** Both outputs. */
  readonly printed: string;
}

/** Runs a program with the input on its standard input, until it ends by itself. */
export type RunChild = (
  input: object,
  environment?: Readonly<Record<string, string>>,
) => Promise<Ended>;

/**
 * A program of these tests, built before them.
 *
 * @param source Its file.
 * @param hasSdk Whether it finds the SDK.
 */
export function builtChild(source: URL, hasSdk = true): RunChild {
  const program = builtProgram(source, hasSdk);
  return async (input, environment = {}) => {
    const env = { PATH: process.env.PATH, ...environment };
    const child = spawn(process.execPath, ["--trace-warnings", program()], { env });
    const ended = once(child, "exit");
    child.stdin.end(JSON.stringify(input));
    const printed = await Promise.all([text(child.stdout), text(child.stderr)]);
    const [code] = await ended;
    return { code: code as number, printed: printed.join("") };
  };
}

/** @returns Where it is, once the tests run. */
export function builtProgram(source: URL, hasSdk = true): () => string {
  // Inside the package, where the built program finds the SDK.
  const inside = fileURLToPath(new URL("../../node_modules/.child-", import.meta.url));
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(hasSdk ? inside : join(tmpdir(), "without-sdk-"));
    await build({
      entry: { child: fileURLToPath(source) },
      ...{ outDir: folder, format: "esm", target: "node20", config: false, silent: true },
      ...{ clean: false, splitting: false, external: [/^@aws-sdk/], noExternal: [/secrets-core/] },
      esbuildOptions: (options) => {
        options.conditions = ["@llm-orchestrator/source"];
      },
      outExtension: () => ({ js: ".mjs" }),
    });
  }, 60_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return () => join(folder, "child.mjs");
}
