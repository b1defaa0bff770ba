import type { SecretStoreCapabilities } from "@llm-orchestrator/secrets-core";
import type { Lab } from "./lab.js";
import type { ConformanceFault } from "./options.js";

/** A capability that is there or not. */
export type Capability = Exclude<keyof SecretStoreCapabilities, "maxBatchSize">;

export const capabilityNames: readonly Capability[] = [
  ...(["write", "delete", "restore", "list", "describe"] as const),
  ...(["versions", "rotate", "compareAndSet", "binary", "metadata"] as const),
];

/** One thing that the contract says, and how to see whether it holds. */
export interface Case {
  /** A sentence of the contract. */
  readonly name: string;
  /** Runs only on stores that declare all of these. */
  readonly needs?: readonly Capability[];
  /** Runs only on stores that declare none of these. */
  readonly lacks?: readonly Capability[];
  /** Runs only with a harness that names `limits.maxValueBytes`. */
  readonly bounded?: boolean;
  /** Runs only with a harness that can make this fault. */
  readonly fault?: ConformanceFault;
  run(lab: Lab): Promise<void>;
}

/** What one file of the suite covers; the title is a heading of docs/testing-a-backend.md. */
export interface Concern {
  readonly title: string;
  readonly cases: readonly Case[];
}

/** Whether the case says something about a store with these capabilities. */
export function concernsStore(
  { needs = [], lacks = [] }: Case,
  capabilities: SecretStoreCapabilities,
): boolean {
  return needs.every((name) => capabilities[name]) && lacks.every((name) => !capabilities[name]);
}
