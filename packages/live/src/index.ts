/**
 * API keys that sit in a secret store and rotate without a restart.
 *
 * @packageDocumentation
 */
export type { AuthFailure } from "./auth-failure.js";
export { geminiAuthFailure, unauthorizedOrForbidden } from "./auth-failure.js";
export type { FetchFunction } from "./fetch-function.js";
export type { SecretFetchOptions } from "./fetch-options.js";
export type { LiveKey } from "./live-key.js";
export { liveKey } from "./live-key.js";
export type { LiveSecret, LiveSecretOptions, SecretOverlap } from "./live-secret.js";
export { liveSecret } from "./live-secret.js";
export type { LlmProvider, LlmProviderFactory } from "./llm-provider.js";
export { loadPeer } from "./load-peer.js";
export type { AttemptLimits } from "./prepare-attempt.js";
export { prepareAttempt } from "./prepare-attempt.js";
export { probeProvider } from "./probe-provider.js";
export { ProviderRegistry } from "./provider-registry.js";
export { refuseOptions } from "./refuse-options.js";
export type { PrepareOptions, SecretFetch } from "./secret-fetch.js";
export { createSecretFetch } from "./secret-fetch.js";
export type { SecretUse } from "./use-log.js";
