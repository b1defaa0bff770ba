/**
 * `liveKey`, for any AI SDK provider. Ready ones are in the entries `secrets-ai-sdk/openai`,
 * `/anthropic` and `/openai-compatible`, each of which needs its own AI SDK package only.
 *
 * @packageDocumentation
 */
export { liveKey } from "@llm-orchestrator/secrets-live";
export type { LiveSettings } from "./live-settings.js";
