import type { SecretStoreCapabilities } from "@llm-orchestrator/secrets-core";
import { secretStoreConformance } from "../../../src/index.js";
import { memoryCapabilities, simulatedFaults } from "../../memory-harness.js";
import type { BlindMutant, MutantStore } from "./mutant.js";

interface Subject {
  readonly store: MutantStore;
}

/**
 * The first case of the suite that the mutant fails, those of the concerns before all others.
 *
 * @param capabilities What the harness says that the store can do; all, as the memory store.
 */
export async function firstFailure(
  { create, pageSize = 5 }: Pick<BlindMutant, "create" | "pageSize">,
  concerns: readonly string[] = [],
  capabilities: SecretStoreCapabilities = memoryCapabilities,
): Promise<string | undefined> {
  const cases: (readonly [name: string, body: () => Promise<void>])[] = [];
  secretStoreConformance({
    test: (name, body) => cases.push([name, body]),
    create: (): Subject => ({ store: create() }),
    capabilities,
    faults: simulatedFaults(({ store }: Subject) => store),
    limits: { listPageSize: pageSize },
  });
  const rank = (name: string) => {
    const index = concerns.findIndex((concern) => name.startsWith(`${concern}: `));
    return index < 0 ? concerns.length : index;
  };
  for (const [name, body] of cases.sort(([a], [b]) => rank(a) - rank(b))) {
    const failed = await body().then(
      () => false,
      () => true,
    );
    if (failed) return name;
  }
  return undefined;
}
