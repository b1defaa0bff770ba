import { packageError } from "@llm-orchestrator/secrets-core";

/** The vendor's package: loaded by the first call, by `build()` or by `preload()`. */
export type AwsSdk = typeof import("@aws-sdk/client-secrets-manager");

export async function loadSdk(): Promise<AwsSdk> {
  try {
    return await import("@aws-sdk/client-secrets-manager");
  } catch (error) {
    throw packageError("@aws-sdk/client-secrets-manager", error);
  }
}

export async function loadCredentialProviders(): Promise<
  typeof import("@aws-sdk/credential-providers")
> {
  try {
    return await import("@aws-sdk/credential-providers");
  } catch (error) {
    throw packageError("@aws-sdk/credential-providers", error);
  }
}
