import { addListener, notify } from "./notify.js";
import { platform, processWide } from "./runtime.js";

/** Something that works now and deserves a look. Never holds a value. */
export interface SecretWarning {
  /** Stable, upper case: `SECRET_CONVERTED_TO_TEXT`, `FALLBACK_USED`, … */
  readonly code: string;
  /** What happened and what to do. */
  readonly message: string;
  readonly store?: string;
  readonly key?: string;
}

export type WarningListener = (warning: SecretWarning) => void;

const rememberedWarnings = 1_000;
const shared = processWide("warnings", () => ({
  listeners: new Set<WarningListener>(),
  emitted: new Set<string>(),
}));

/**
 * Hands every warning to `listener` instead of `process.emitWarning`. Returns the function that
 * takes the listener off again. A listener that throws breaks nothing.
 *
 * @example
 * ```ts
 * import { onWarning } from "@llm-orchestrator/secrets-core";
 *
 * const stop = onWarning((warning) => console.error(warning.code, warning.message));
 * stop();
 * ```
 */
export function onWarning(listener: WarningListener): () => void {
  return addListener(shared.listeners, listener, "onWarning");
}

/**
 * Tells the listeners; with none, `process.emitWarning` once for each code, store and key.
 * For authors of stores.
 */
export function publishWarning(warning: SecretWarning): void {
  if (shared.listeners.size > 0) {
    notify(shared.listeners, Object.freeze({ ...warning }));
    return;
  }
  const id = JSON.stringify([warning.code, warning.store, warning.key]);
  if (shared.emitted.has(id) || shared.emitted.size >= rememberedWarnings) return;
  shared.emitted.add(id);
  const { code, message } = warning;
  platform.process?.emitWarning?.(message, { type: "SecretWarning", code });
}
