import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { build } from "esbuild";

export interface WorkerQuestion {
  /** The path of workerd. */
  readonly command: string;
  readonly project: string;
  /** Of the project: a module with a `fetch` handler. */
  readonly file: string;
  /** Whether Node's modules are there. */
  readonly nodeCompatible: boolean;
  /** Become text bindings. */
  readonly variables: Readonly<Record<string, string>>;
  /** Default: 1. */
  readonly requests?: number;
}

/** Bundles a worker, serves it, and asks it; the last answer counts. What a worker that does not start prints is thrown. */
export async function askWorker(question: WorkerQuestion): Promise<unknown> {
  const port = await freePort();
  const bundle = await bundleWorker(question);
  const config = join(question.project, `${bundle}.capnp`);
  await writeFile(config, configuration(question, bundle, port));
  const child = spawn(question.command, ["serve", config], { stdio: ["ignore", "ignore", "pipe"] });
  let printed = "";
  child.stderr.on("data", (chunk) => {
    printed += chunk;
  });
  try {
    let answer: unknown;
    for (let request = 0; request < (question.requests ?? 1); request += 1) {
      answer = await answerOf(child, port, () => printed);
    }
    return answer;
  } finally {
    const ended = once(child, "exit");
    if (child.exitCode === null && child.kill()) await ended;
  }
}

async function bundleWorker({ project, file, nodeCompatible }: WorkerQuestion): Promise<string> {
  const bundle = `bundle-${nodeCompatible ? "node" : "web"}-${file}`;
  await build({
    ...{ absWorkingDir: project, entryPoints: [file], outfile: bundle, bundle: true },
    ...{ format: "esm", logLevel: "silent", external: ["node:*"], mainFields: ["module", "main"] },
    ...{ platform: nodeCompatible ? "node" : "neutral", conditions: ["worker", "import"] },
    // For packages in CommonJS that ask for a module of Node's.
    banner: nodeCompatible
      ? { js: 'import { createRequire } from "node:module"; const require = createRequire("/");' }
      : {},
  });
  return bundle;
}

/** Its configuration is a schema of Cap'n Proto. */
function configuration(
  { nodeCompatible, variables }: WorkerQuestion,
  bundle: string,
  port: number,
): string {
  const flag = nodeCompatible ? "nodejs_compat" : "no_nodejs_compat";
  const bindings = Object.entries(variables).map(
    ([name, text]) => `(name = "${name}", text = "${text}")`,
  );
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "loopback", network = (allow = ["local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "${bundle}")],
  compatibilityDate = "2026-07-01",
  compatibilityFlags = ["${flag}"],
  bindings = [${bindings.join(", ")}],
  globalOutbound = "loopback",
);`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function answerOf(
  child: ChildProcess,
  port: number,
  printed: () => string,
): Promise<unknown> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`workerd ended: ${printed()}`);
    const response = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
    if (response) return await response.json();
    await new Promise((resolve) => setImmediate(resolve));
  }
}
