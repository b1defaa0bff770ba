import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile } from "node:fs/promises";
import type { Socket } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { until } from "./openbao-until.ts";

/** One run of a program, from its start to its end. */
export interface RunningProcess {
  readonly pid: number;
  readonly hasEnded: boolean;
  /** Resolves when no thread of it runs any more. */
  freeze(): Promise<void>;
  thaw(): void;
  /** Resolves when it has ended. A frozen one ends by `SIGKILL` only. */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/**
 * Starts a program with the environment given and nothing else, and logs what it prints to `log` in its folder. When
 * this process ends first, in whatever way, the program and its folder go too.
 */
export async function startProcess(
  program: string,
  args: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningProcess> {
  const log = await open(join(folder, "log"), "a");
  const child = spawn(program, args, { env: environment, stdio: ["ignore", log.fd, log.fd] });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  try {
    await once(child, "spawn"); // rejects when it cannot be run
  } finally {
    await log.close();
  }
  const pid = child.pid as number;
  const guard = startGuard(pid, folder);
  child.once("exit", () => guard.kill("SIGKILL")); // the pid may be somebody else's from now on
  child.unref(); // a caller who forgets it must not hang
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  return {
    pid,
    get hasEnded() {
      return hasEnded();
    },
    freeze: () => freezeProcess(pid),
    thaw: () => {
      child.kill("SIGCONT");
    },
    kill: async (signal = "SIGKILL") => {
      child.ref();
      if (!hasEnded()) child.kill(signal);
      await ended;
    },
  };
}

/** Stops a process where it is; resolves when it stands still. `SIGCONT` lets it go on. */
export async function freezeProcess(pid: number): Promise<void> {
  process.kill(pid, "SIGSTOP");
  await untilFrozen(pid);
}

/** Resolves when the process stands still, whoever stopped it. */
export function untilFrozen(pid: number): Promise<void> {
  return until(`process ${pid} stands still`, async () => (await stateOf(pid)).startsWith("T"));
}

async function stateOf(pid: number): Promise<string> {
  if (process.platform !== "linux") {
    const { stdout } = await promisify(execFile)("ps", ["-o", "state=", "-p", String(pid)]);
    return stdout.trim();
  }
  const stat = await readFile(`/proc/${pid}/stat`, "utf8"); // a small container may lack ps
  return stat.slice(stat.lastIndexOf(")") + 2);
}

/**
 * A shell that waits for the end of its input, which comes when this process ends, and then cleans
 * up. In a session of its own, so that Ctrl+C does not end it first.
 */
function startGuard(pid: number, folder: string): ChildProcess {
  const script = 'read -r line; kill -9 "$1"; rm -rf "$2"';
  const guard = spawn("sh", ["-c", script, "sh", String(pid), folder], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  guard.unref();
  (guard.stdin as Socket | null)?.unref();
  guard.stdin?.on("error", () => {}); // it was killed
  return guard;
}
