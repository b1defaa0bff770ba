import { type AwsEmulator, startPythonServer } from "./python-server.ts";

export interface MiniStackOptions {
  /** Checks signatures and policies, as AWS does. Default: everything is allowed. */
  readonly auth?: boolean;
}

/** MiniStack, an emulator of the AWS API that can check signatures and policies. */
export function startMiniStack({ auth = false }: MiniStackOptions = {}): Promise<AwsEmulator> {
  return startPythonServer({
    ...{ requirement: "ministack==1.5.33", module: "ministack", args: () => [] },
    environment: (port) => ({
      ...{ BIND_HOST: "127.0.0.1", GATEWAY_PORT: String(port) },
      ...(auth && { AUTH: "true" }),
    }),
    resetPath: "/_ministack/reset",
  });
}
