import type { SecretAbortSignal } from "./abort.js";

/**
 * What core uses of the platform beyond ECMAScript 2022. Declared here and not taken from DOM or
 * `@types/node`, so that core compiles and runs on any runtime with the Web APIs.
 */

interface Platform {
  readonly process?: {
    getBuiltinModule?(id: string): unknown;
    emitWarning?(message: string, options: { type: string; code: string }): void;
  };
  readonly performance: { now(): number };
  readonly AbortController: new () => {
    readonly signal: SecretAbortSignal;
    abort(reason: unknown): void;
  };
  setTimeout(callback: () => void, delayMs: number): unknown;
  clearTimeout(timer: unknown): void;
  readonly crypto?: { getRandomValues(bytes: Uint8Array): Uint8Array };
  readonly TextEncoder: new () => { encode(text: string): Uint8Array };
  readonly TextDecoder: new (
    label: string,
    options: { fatal: boolean; ignoreBOM: boolean },
  ) => { decode(bytes: Uint8Array): string };
}

export const platform = globalThis as unknown as Platform;

/**
 * One object for all copies of core in this process, found by `name`.
 * Two installed copies share their listeners this way.
 */
export function processWide<T extends object>(name: string, create: () => T): T {
  const symbol = Symbol.for(`llm-orchestrator.secrets.${name}`);
  const holder = globalThis as unknown as Record<symbol, T | undefined>;
  const present = holder[symbol];
  if (present !== undefined) return present;
  const created = create();
  Object.defineProperty(globalThis, symbol, { value: created });
  return created;
}
