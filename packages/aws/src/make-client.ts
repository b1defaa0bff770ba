import type { AwsSettings } from "./aws-settings.js";
import { credentialsOf } from "./client-credentials.js";
import { guardHandler } from "./client-handler.js";
import type { AwsSdk } from "./load-sdk.js";
import { quietAgents } from "./quiet-agents.js";

export type SecretsManagerClient = InstanceType<AwsSdk["SecretsManagerClient"]>;

/** Without one an environment's own would get what is sent. */
const logger = { debug() {}, info() {}, warn() {}, error() {}, trace() {} };

/**
 * A client of one region.
 *
 * @param before The client that it replaces: its connections are used further.
 * @throws SecretError `CONFIGURATION` (`no-region`, `package-absent`, `bad-argument`).
 */
export async function makeClient(
  sdk: AwsSdk,
  settings: AwsSettings,
  region: string | undefined,
  before?: SecretsManagerClient,
): Promise<SecretsManagerClient> {
  const { profile, maxAttempts } = settings;
  const named = {
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
  };
  const endpoint = await endpointOf(sdk, settings, named);
  const client = new sdk.SecretsManagerClient({
    ...named,
    ...(endpoint !== undefined && { endpoint }),
    ...{ maxAttempts, requestHandler: before?.config.requestHandler ?? handlerOf(settings) },
    ...(await credentialsOf(settings, region)),
    logger,
  });
  if (!before) guardHandler(client, settings);
  return client;
}

async function endpointOf(
  sdk: AwsSdk,
  { endpoint }: AwsSettings,
  named: { readonly region?: string; readonly profile?: string },
): Promise<string | undefined> {
  if (typeof endpoint !== "function") return endpoint;
  // The function is for a region: where none is named, the one that the SDK finds.
  return endpoint(named.region ?? (await new sdk.SecretsManagerClient(named).config.region()));
}

/** The SDK's own request timeout only warns unless it is told to throw. */
function handlerOf({ connectTimeoutMs, timeoutMs, maxSockets }: AwsSettings) {
  return {
    ...{ connectionTimeout: connectTimeoutMs, requestTimeout: timeoutMs },
    ...{ throwOnRequestTimeout: true, logger, ...quietAgents(maxSockets) },
  };
}
