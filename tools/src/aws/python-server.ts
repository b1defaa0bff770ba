import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningProcess, startProcess } from "../openbao-process.ts";
import { until } from "../openbao-until.ts";
import { findPythonPackage, type PythonPackage } from "../python-package.ts";
import type { AwsEmulator } from "./aws-emulator.ts";

export interface PythonServer {
  /** What it is of PyPI, and everything that it needs, with their versions. */
  readonly requirements: readonly [string, ...string[]];
  readonly module: string;
  readonly args: (port: number) => readonly string[];
  readonly environment: (port: number) => Readonly<Record<string, string>>;
  /** Forgets everything; answers 200 as soon as the server is up. */
  readonly resetPath: string;
}

export async function startPythonServer(server: PythonServer): Promise<AwsEmulator> {
  const installed = await findPythonPackage(server.requirements);
  // Another process may take the port between our look and the server's start.
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(server, installed);
    } catch (error) {
      const isTaken = error instanceof Error && /already in use/i.test(error.message);
      if (!isTaken || attempt === 3) throw error;
    }
  }
}

async function startOnce(
  server: PythonServer,
  { python, folder: library }: PythonPackage,
): Promise<AwsEmulator> {
  const folder = await mkdtemp(join(tmpdir(), `${server.module.split(".")[0]}-`));
  const port = await findFreePort();
  const environment = {
    ...{ PATH: process.env.PATH ?? "", HOME: folder, PYTHONPATH: library, PYTHONUNBUFFERED: "1" },
    ...server.environment(port),
  };
  const args = ["-m", server.module, ...server.args(port)];
  const running = await startProcess(python, args, folder, environment);
  const endpoint = `http://127.0.0.1:${port}`;
  const stop = async () => {
    await running.kill();
    await rm(folder, { recursive: true, force: true });
  };
  const reset = async () => {
    const signal = AbortSignal.timeout(10_000);
    const answer = await fetch(endpoint + server.resetPath, { method: "POST", signal });
    if (!answer.ok) throw new Error(`${server.module} was not reset: ${answer.status}`);
  };
  try {
    await untilUp(server, running, folder, reset);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    ...{ endpoint, region: "us-east-1", pid: running.pid, reset, stop },
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    kill: (signal) => running.kill(signal),
    freeze: () => running.freeze(),
    thaw: () => running.thaw(),
  };
}

async function untilUp(
  { module }: PythonServer,
  running: RunningProcess,
  folder: string,
  reset: () => Promise<void>,
): Promise<void> {
  const isUp = async () => {
    const isAnswered = await reset().then(
      () => true,
      () => false,
    );
    // Looked at afterwards: else the answer could be that of whoever has the port instead.
    if (running.hasEnded) {
      throw new Error(`${module} ended: ${await readFile(join(folder, "log"), "utf8")}`);
    }
    return isAnswered;
  };
  await until(`${module} answers`, isUp, 60_000);
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
