import type { SecretAbortSignal } from "@llm-orchestrator/secrets-core";

/**
 * The part of a `SecretsManagerClient` of `@aws-sdk/client-secrets-manager` that is used, of whatever
 * copy of the SDK.
 */
export interface SecretsManagerClientLike {
  // biome-ignore lint/suspicious/noExplicitAny: the SDK types each command; of ours none is exported
  send(command: any, options?: { abortSignal?: SecretAbortSignal }): Promise<any>;
  destroy?(): void;
}
