import { type AwsEmulator, startPythonServer } from "./python-server.ts";

export type { AwsEmulator } from "./python-server.ts";

/** Time to give to the hook that starts an emulator: the very first one fetches 60 packages. */
export const installTimeoutMs = 300_000;

/** Moto, the emulator of the AWS API of the Python world: keeps every region in one process. */
export function startMoto(): Promise<AwsEmulator> {
  return startPythonServer({
    ...{ requirement: "moto[server]==5.2.5", module: "moto.server" },
    args: (port) => ["-H", "127.0.0.1", "-p", String(port)],
    environment: () => ({}),
    resetPath: "/moto-api/reset",
  });
}
