import type { SecretUse } from "@llm-orchestrator/secrets-live";

export interface Watch {
  /** `liveSecret(store, key).uses()` of every process. */
  readonly look: () => Promise<readonly (readonly SecretUse[])[]>;
  /** Passes when no call that is under way now can be under way any more. */
  readonly quiet: () => Promise<void>;
}

/**
 * Until no process sends a version any more: each has sent another one since, and between two looks,
 * with time for the slowest call between them, the count of the old one did not move.
 */
export async function untilUnused(version: string | undefined, watch: Watch): Promise<void> {
  for (;;) {
    const before = await watch.look();
    await watch.quiet();
    const after = await watch.look();
    const isUnused = after.every(
      (uses, index) =>
        uses[0] !== undefined &&
        uses[0].version !== version &&
        countOf(version, uses) === countOf(version, before[index] ?? []),
    );
    if (isUnused) return;
  }
}

function countOf(version: string | undefined, uses: readonly SecretUse[]): number {
  return uses.find((use) => use.version === version)?.count ?? 0;
}
