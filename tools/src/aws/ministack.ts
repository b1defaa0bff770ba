import type { AwsCredentials, AwsEmulator } from "./aws-emulator.ts";
import { createMiniStackUser, type PolicyStatement } from "./ministack-user.ts";
import { miniStackRequirements } from "./python-requirements.ts";
import { startPythonServer } from "./python-server.ts";

export interface MiniStackOptions {
  /** Checks signatures and policies, as AWS does. Default: everything is allowed. */
  readonly auth?: boolean;
}

export interface MiniStackServer extends AwsEmulator {
  /**
   * A user who may do what the statements say and nothing else. Without the option `auth` everybody may
   * do everything.
   */
  createUser(...policy: readonly PolicyStatement[]): Promise<AwsCredentials>;
}

/** MiniStack, an emulator of the AWS API that can check signatures and policies. */
export async function startMiniStack({
  auth = false,
}: MiniStackOptions = {}): Promise<MiniStackServer> {
  const emulator = await startPythonServer({
    ...{ requirements: miniStackRequirements, module: "ministack", args: () => [] },
    environment: (port) => ({
      ...{ BIND_HOST: "127.0.0.1", GATEWAY_PORT: String(port) },
      ...(auth && { AUTH: "true" }),
    }),
    resetPath: "/_ministack/reset",
  });
  const createUser = (...policy: readonly PolicyStatement[]) =>
    createMiniStackUser(emulator.endpoint, policy);
  return { ...emulator, createUser };
}
