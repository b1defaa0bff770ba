import { spawn } from "node:child_process";
import { once } from "node:events";
import { builtProgram } from "../../support/built-child.js";

/** What a process said that was killed once it had come to a step. */
export type KillAt = (endpoint: string, key: string, step: string) => Promise<readonly string[]>;

/** Rotations in processes of their own, which end half-way. */
export function crashChild(): KillAt {
  const program = builtProgram(new URL("crash-child.ts", import.meta.url));
  return (endpoint, key, step) => killAt(program(), [endpoint, key, step], step);
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
