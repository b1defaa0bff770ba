import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export interface ServerProcess {
  readonly pid: number | undefined;
  readonly port: number;
  /** As `kill -9` does: no goodbye to anybody. */
  kill(): Promise<void>;
}

/** Starts the service in a process of its own, on a free port of the loopback interface. */
export async function startServer(path: string, port = 0): Promise<ServerProcess> {
  const child = fork(fileURLToPath(new URL("./server.js", import.meta.url)), [path, `${port}`]);
  const failed = once(child, "exit").then(() => {
    throw new Error("the server process did not start");
  });
  const [listening] = (await Promise.race([once(child, "message"), failed])) as [number];
  return { pid: child.pid, port: listening, kill: () => kill(child) };
}

async function kill(child: ChildProcess): Promise<void> {
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}
