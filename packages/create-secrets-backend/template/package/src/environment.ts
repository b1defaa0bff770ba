import type { Environment } from "@llm-orchestrator/secrets-core";
import type { MyServiceOptions } from "./options.js";

/** Only what is set: what a URL or the code gives is laid over it. */
export function optionsFromEnvironment(environment: Environment): Partial<MyServiceOptions> {
  const { MY_SERVICE_ADDRESS: address, MY_SERVICE_TOKEN: token } = environment;
  return { ...(address && { address }), ...(token && { token }) };
}
