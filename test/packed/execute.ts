import { type ExecFileOptions, execFile } from "node:child_process";
import { promisify } from "node:util";

const executeFile = promisify(execFile);

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end; a failure shows all that it printed. */
export async function execute(
  command: string,
  args: readonly string[],
  options: ExecFileOptions = {},
): Promise<Output> {
  try {
    return await executeFile(command, args, {
      maxBuffer: 16_777_216,
      env: {
        ...process.env,
        // The AWS SDK warns of Node 20 from the moment on when it is loaded.
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
        NODE_PATH: "", // pnpm's: with it, `require` would find this repository's packages
      },
      ...options,
      encoding: "utf8",
    });
  } catch (error) {
    const { code, stdout = "", stderr = "" } = error as Partial<Output> & { code?: unknown };
    throw new Error(`${command} ${args.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
  }
}
