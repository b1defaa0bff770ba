import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningProcess, startProcess } from "../openbao-process.ts";
import { until } from "../openbao-until.ts";
import { findPythonPackage } from "../python-package.ts";

/** A server of the Secrets Manager API on this machine. It ends when this process ends. */
export interface AwsEmulator {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly pid: number;
  /** Forgets every secret. */
  reset(): Promise<void>;
  /** `SIGSTOP`: connections are taken and never answered. Resolves when it stands still. */
  freeze(): Promise<void>;
  thaw(): void;
  /** Ends it, frozen or not. */
  stop(): Promise<void>;
}

export interface PythonServer {
  /** With its version. */
  readonly requirement: string;
  readonly module: string;
  readonly args: (port: number) => readonly string[];
  readonly environment: (port: number) => Readonly<Record<string, string>>;
  /** Forgets everything; answers 200 as soon as the server is up. */
  readonly resetPath: string;
}

export async function startPythonServer(server: PythonServer): Promise<AwsEmulator> {
  const library = await findPythonPackage(server.requirement);
  const folder = await mkdtemp(join(tmpdir(), `${server.module.split(".")[0]}-`));
  const port = await findFreePort();
  const environment = {
    ...{ PATH: process.env.PATH ?? "", HOME: folder, PYTHONPATH: library, PYTHONUNBUFFERED: "1" },
    ...server.environment(port),
  };
  const args = ["-m", server.module, ...server.args(port)];
  const running = await startProcess("python3", args, folder, environment);
  const endpoint = `http://127.0.0.1:${port}`;
  const reset = async () => {
    const answer = await fetch(endpoint + server.resetPath, { method: "POST" });
    if (!answer.ok) throw new Error(`${server.module} was not reset: ${answer.status}`);
  };
  await untilUp(server, running, folder, reset);
  return {
    ...{ endpoint, region: "us-east-1", pid: running.pid, reset },
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    freeze: () => running.freeze(),
    thaw: () => running.thaw(),
    stop: async () => {
      await running.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilUp(
  { module }: PythonServer,
  running: RunningProcess,
  folder: string,
  reset: () => Promise<void>,
): Promise<void> {
  const isUp = async () => {
    if (running.hasEnded) {
      throw new Error(`${module} ended: ${await readFile(join(folder, "log"), "utf8")}`);
    }
    return reset().then(
      () => true,
      () => false,
    );
  };
  await until(`${module} answers`, isUp, 60_000);
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
