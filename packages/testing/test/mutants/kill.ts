import type { SecretStore } from "@llm-orchestrator/secrets-core";
import {
  type ConformanceFault,
  MemorySecretStore,
  type SecretStoreConformanceOptions,
  secretStoreConformance,
  type UndoFault,
} from "../../src/index.js";
import { memoryCapabilities, simulatedFaults } from "../memory-harness.js";

/** A store with one thing wrong, and the memory store whose faults the harness simulates. */
export interface MutantSubject {
  readonly store: SecretStore;
  readonly inner: MemorySecretStore;
}

/** A mutant, and what may differ from the harness of the memory store. */
export interface Mutant {
  /** What is wrong, in a sentence. */
  readonly name: string;
  create(): MutantSubject;
  /** The concern that is expected to notice; any other counts as well. */
  readonly concern: string;
  /** Less than the suite's own for a mutant that hangs. */
  readonly timeoutMs?: number;
  readonly capabilities?: SecretStoreConformanceOptions["capabilities"];
  readonly faults?: Partial<Record<ConformanceFault, (subject: MutantSubject) => UndoFault>>;
}

/** A mutant that extends the memory store. */
export function subclass(make: () => MemorySecretStore): () => MutantSubject {
  return () => {
    const store = make();
    return { store, inner: store };
  };
}

/** A mutant that wraps it. */
export function wrapper(wrap: (inner: MemorySecretStore) => SecretStore): () => MutantSubject {
  return () => {
    const inner = new MemorySecretStore();
    return { store: wrap(inner), inner };
  };
}

/** What the suite says about the mutant: a message for each case that fails. */
export async function failuresOf(
  mutant: Mutant,
  runs: (name: string) => boolean = () => true,
): Promise<ReadonlyMap<string, string>> {
  const failures = new Map<string, string>();
  const bodies: (readonly [name: string, body: () => Promise<void>])[] = [];
  secretStoreConformance({
    test: (name, body) => bodies.push([name, body]),
    create: mutant.create,
    capabilities: mutant.capabilities ?? memoryCapabilities,
    faults: { ...simulatedFaults(({ inner }: MutantSubject) => inner), ...mutant.faults },
    limits: { listPageSize: 5 },
    timeoutMs: mutant.timeoutMs ?? 4_500,
  });
  for (const [name, body] of bodies.filter(([name]) => runs(name))) {
    await body().catch((error: Error) => failures.set(name, error.message));
  }
  return failures;
}
