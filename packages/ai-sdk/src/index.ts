/**
 * What the entries of this package share. Import `secrets-ai-sdk/openai`, `/anthropic` or
 * `/openai-compatible`, each of which needs its own AI SDK package only.
 *
 * @packageDocumentation
 */
export type { LiveSettings } from "./live-settings.js";
