import { onWarning } from "@llm-orchestrator/secrets-core";
import { until } from "secrets-tools/openbao";
import type { VaultTokenEvent } from "../../src/index.js";

export interface EventLog {
  readonly onTokenEvent: (event: VaultTokenEvent) => void;
  readonly events: readonly VaultTokenEvent[];
  readonly types: readonly VaultTokenEvent["type"][];
  count(type: VaultTokenEvent["type"]): number;
  /** Resolves when there have been so many. */
  until(type: VaultTokenEvent["type"], count?: number): Promise<void>;
}

export function logEvents(): EventLog {
  const events: VaultTokenEvent[] = [];
  const count = (type: VaultTokenEvent["type"]) => {
    return events.filter((event) => event.type === type).length;
  };
  return {
    onTokenEvent: (event) => void events.push(event),
    events,
    get types() {
      return events.map(({ type }) => type);
    },
    count,
    until: (type, wanted = 1) =>
      until(`${wanted} times ${type}`, () => count(type) >= wanted, 20_000),
  };
}

/** Codes of the warnings from now on; `stop` ends it. */
export function logWarnings(): { readonly codes: readonly string[]; stop(): void } {
  const codes: string[] = [];
  return { codes, stop: onWarning(({ code }) => codes.push(code)) };
}
