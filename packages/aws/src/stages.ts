/**
 * Under which a compare-and-set keeps its version until it is current. One name for all: AWS gives a
 * label to one version of a secret only, so that no more than one ever carries it.
 */
export const waitingStage = "llm-orchestrator-waiting";

/** The stages without the one that is our own affair. */
export function ownStages(stages: readonly string[] | undefined): readonly string[] {
  return (stages ?? []).filter((stage) => stage !== waitingStage);
}

/** The version that carries a stage. */
export function versionWith(
  stage: string,
  versions: Readonly<Record<string, readonly string[]>> | undefined,
): string | undefined {
  return Object.entries(versions ?? {}).find(([, stages]) => stages.includes(stage))?.[0];
}
