import type { AwsEmulator } from "./aws-emulator.ts";
import { motoRequirements } from "./python-requirements.ts";
import { startPythonServer } from "./python-server.ts";

export type { AwsEmulator } from "./aws-emulator.ts";

/** Time to give to the hook that starts an emulator: the very first one fetches 26 packages. */
export const installTimeoutMs = 300_000;

export interface MotoServer extends AwsEmulator {
  /**
   * From now on every request is refused. Moto does so with a 403 in XML, which names no class in this
   * protocol: for denials as AWS has them take MiniStack.
   */
  denyAll(): Promise<void>;
  /** As at the start. */
  allowAll(): Promise<void>;
}

/** Moto, the emulator of the AWS API of the Python world: keeps every region in one process. */
export async function startMoto(): Promise<MotoServer> {
  const emulator = await startPythonServer({
    ...{ requirements: motoRequirements, module: "moto.server" },
    args: (port) => ["-H", "127.0.0.1", "-p", String(port)],
    environment: () => ({}),
    resetPath: "/moto-api/reset",
  });
  /** @param count Of requests that are allowed before it looks at policies; nobody has any. */
  const allow = async (count: string) => {
    const answer = await fetch(`${emulator.endpoint}/moto-api/reset-auth`, {
      ...{ method: "POST", body: count, headers: { "content-type": "text/plain" } },
    });
    if (!answer.ok) throw new Error(`Moto did not change what it allows: ${answer.status}`);
  };
  return { ...emulator, denyAll: () => allow("0"), allowAll: () => allow("inf") };
}
