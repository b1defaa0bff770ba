import type { SecretStoreCapabilities } from "@llm-orchestrator/secrets-core";
import { type Case, type Concern, capabilityNames, concernsStore } from "./case.js";
import type { ConformanceFault, SecretStoreConformanceOptions } from "./options.js";

/** What runs, and what of the contract is left unseen. */
export interface RunPlan {
  readonly selected: readonly { readonly concern: Concern; readonly cases: readonly Case[] }[];
  readonly notShown: readonly string[];
}

/** Every fault that a harness may have, and what it shows. */
export const faultNames: Readonly<Record<ConformanceFault, string>> = {
  unavailable: "that an unreachable service is BACKEND_UNAVAILABLE",
  denied: "that a refused permission is PERMISSION_DENIED",
  unauthenticated: "that a refused credential is AUTHENTICATION_FAILED",
  throttled: "that too many requests are THROTTLED",
  misconfigured: "that a wrong setting is CONFIGURATION",
  unexpected: "that an unknown answer is never NOT_FOUND",
  hanging: "that a call which is never answered can be cancelled",
};

/** Chooses the cases for this store by what its author declares, never by a flag. */
export function planRun(
  concerns: readonly Concern[],
  options: SecretStoreConformanceOptions,
): RunPlan {
  const { capabilities } = options;
  const runs = (one: Case) => concernsStore(one, capabilities) && isPossible(one, options);
  const selected = concerns
    .map((concern) => ({ concern, cases: concern.cases.filter(runs) }))
    .filter(({ cases }) => cases.length > 0);
  const all = selected.flatMap(({ cases }) => cases);
  const notShown = [
    ...withoutFault(options),
    ...withoutLimits(options),
    ...withoutCase(all, capabilities),
  ];
  return { selected, notShown };
}

function isPossible(
  { fault, bounded }: Case,
  { faults = {}, limits }: SecretStoreConformanceOptions,
): boolean {
  if (bounded && limits?.maxValueBytes === undefined) return false;
  return fault === undefined || faults[fault] !== undefined;
}

function withoutFault({ faults = {} }: SecretStoreConformanceOptions): string[] {
  return Object.entries(faultNames)
    .filter(([fault]) => faults[fault as ConformanceFault] === undefined)
    .map(([fault, what]) => `${what} (no fault "${fault}")`);
}

function withoutLimits({ limits = {}, capabilities }: SecretStoreConformanceOptions): string[] {
  const missing: string[] = [];
  if (limits.maxValueBytes === undefined) {
    missing.push("that a value above the limit is INVALID_SECRET (no limits.maxValueBytes)");
  }
  if (capabilities.list && limits.listPageSize === undefined) {
    missing.push("that a list of several pages is complete (no limits.listPageSize)");
  }
  return missing;
}

/** A capability that only shows together with another one that the store lacks. */
function withoutCase(cases: readonly Case[], capabilities: SecretStoreCapabilities): string[] {
  return capabilityNames
    .filter((name) => capabilities[name])
    .filter((name) => !cases.some(({ needs = [] }) => needs.includes(name)))
    .map((name) => `the capability ${name} (it shows only together with write)`);
}
