import { SecretError } from "@llm-orchestrator/secrets-core";
import type { AwsCredentials, AwsSecretStoreOptions } from "./aws-options.js";
import type { AwsSettings } from "./aws-settings.js";
import { checkEndpoint } from "./aws-settings.js";
import { type AwsSdk, loadCredentialProviders } from "./load-sdk.js";
import { quietAgents } from "./quiet-agents.js";

export type SecretsManagerClient = InstanceType<AwsSdk["SecretsManagerClient"]>;

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
  const { profile, maxAttempts, allowsPlainHttp } = settings;
  const endpoint = endpointOf(settings, region);
  const client = new sdk.SecretsManagerClient({
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    ...(profile !== undefined && { profile }),
    ...{ maxAttempts, requestHandler: before?.config.requestHandler ?? handlerOf(settings) },
    ...(await credentialsOf(settings, region)),
    // Without this an environment's own logger would get what is sent.
    logger: { debug() {}, info() {}, warn() {}, error() {}, trace() {} },
  });
  guardEndpoint(client, allowsPlainHttp);
  return client;
}

/** Wherever an endpoint comes from, the environment or a file: each request is looked at. */
function guardEndpoint(client: SecretsManagerClient, allowsPlainHttp: boolean): void {
  let allowed: string | undefined; // the host that was looked at last
  client.middlewareStack.add(
    (next) => (args) => {
      const { protocol, hostname } = args.request as { protocol?: string; hostname?: string };
      if (protocol !== "https:" && hostname !== allowed) {
        checkEndpoint(`${protocol}//${hostname}`, allowsPlainHttp);
        allowed = hostname;
      }
      return next(args);
    },
    { step: "finalizeRequest", name: "secretsPlainHttpGuard", priority: "low" },
  );
}

function endpointOf({ endpoint, allowsPlainHttp }: AwsSettings, region: string | undefined) {
  if (typeof endpoint !== "function") return endpoint;
  const given = endpoint(region ?? "");
  checkEndpoint(given, allowsPlainHttp);
  return given;
}

/** The SDK's own request timeout only warns unless it is told to throw. */
function handlerOf({ connectTimeoutMs, timeoutMs, maxSockets }: AwsSettings) {
  return {
    ...{ connectionTimeout: connectTimeoutMs, requestTimeout: timeoutMs },
    ...{ throwOnRequestTimeout: true, ...quietAgents(maxSockets) },
  };
}

async function credentialsOf(settings: AwsSettings, region: string | undefined) {
  const { credentials, assumeRole } = settings;
  const own = typeof credentials === "function" ? guarded(credentials) : credentials;
  if (assumeRole === undefined) return own === undefined ? {} : { credentials: own as never };
  const { fromTemporaryCredentials } = await loadCredentialProviders();
  const { roleArn, sessionName = "secrets", externalId, durationSeconds } = assumeRole;
  const params = {
    ...{ RoleArn: roleArn, RoleSessionName: sessionName },
    ...(externalId !== undefined && { ExternalId: externalId }),
    ...(durationSeconds !== undefined && { DurationSeconds: durationSeconds }),
  };
  const master = own === undefined ? {} : { masterCredentials: own as never };
  const clientConfig = region === undefined ? {} : { clientConfig: { region } };
  return { credentials: fromTemporaryCredentials({ params, ...master, ...clientConfig }) };
}

type CredentialFunction = Extract<AwsSecretStoreOptions["credentials"], () => unknown>;

/** What the caller's function throws may hold anything. */
function guarded(credentials: CredentialFunction): () => Promise<AwsCredentials> {
  return async () => {
    try {
      return await credentials();
    } catch (cause) {
      if (SecretError.isInstance(cause)) throw cause;
      throw new SecretError("AUTHENTICATION_FAILED", {
        ...{ reason: "no-credentials", cause },
        detail: "the function given as credentials threw an error",
        fix: "Mend the function; it returns { accessKeyId, secretAccessKey }",
      });
    }
  };
}
