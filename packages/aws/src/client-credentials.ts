import { SecretError } from "@llm-orchestrator/secrets-core";
import type { AwsCredentials, AwsSecretStoreOptions } from "./aws-options.js";
import type { AwsSettings } from "./aws-settings.js";
import { toAwsError } from "./error-map.js";
import { loadCredentialProviders } from "./load-sdk.js";

/** The part of a client's configuration that says where its credentials come from: empty, the SDK's chain. */
export async function credentialsOf(
  settings: AwsSettings,
  region: string | undefined,
): Promise<{ readonly credentials?: never }> {
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
  const assume = fromTemporaryCredentials({ params, ...master, ...clientConfig });
  return { credentials: withoutRole(assume) as never };
}

type CredentialFunction = Extract<AwsSecretStoreOptions["credentials"], () => unknown>;

/** What the caller's function throws or returns may be anything. */
function guarded(credentials: CredentialFunction): () => Promise<AwsCredentials> {
  return async () => {
    let found: AwsCredentials | undefined;
    try {
      found = await credentials();
    } catch (cause) {
      if (SecretError.isInstance(cause)) throw cause;
      throw noCredentials("threw an error", cause);
    }
    if (isUsable(found)) return found;
    throw noCredentials("returned none");
  };
}

function isUsable(found: Partial<AwsCredentials> | null | undefined): found is AwsCredentials {
  const { accessKeyId, secretAccessKey, expiration } = found ?? {};
  const isDate = expiration === undefined || typeof expiration?.getTime === "function";
  return [accessKeyId, secretAccessKey].every((key) => typeof key === "string" && key) && isDate;
}

function noCredentials(what: string, cause?: unknown): SecretError {
  return new SecretError("AUTHENTICATION_FAILED", {
    ...{ reason: "no-credentials", cause, detail: `the function given as credentials ${what}` },
    fix: "Mend it: it resolves to { accessKeyId, secretAccessKey, sessionToken?, expiration?: a Date }",
  });
}

const ownMeaning: readonly SecretError["code"][] = [
  ...(["AUTHENTICATION_FAILED", "THROTTLED", "BACKEND_UNAVAILABLE", "CONFIGURATION"] as const),
];

/** Who may not have the role is not one who may not read the secret. */
function withoutRole<Values extends unknown[], T>(
  assume: (...values: Values) => Promise<T>,
): (...values: Values) => Promise<T> {
  return async (...values) => {
    try {
      return await assume(...values);
    } catch (thrown) {
      const cause = toAwsError(thrown);
      if (ownMeaning.includes(cause.code)) throw cause;
      throw new SecretError("AUTHENTICATION_FAILED", {
        ...{ reason: "no-credentials", cause, detail: "the role of assumeRole cannot be had" },
        fix: "Check roleArn and externalId, the role's trust policy, and the right to sts:AssumeRole",
      });
    }
  };
}
