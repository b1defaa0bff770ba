import { onWarning } from "@llm-orchestrator/secrets-core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { abortProperty } from "../aborts.js";
import { modelProperty } from "../perform.js";
import { replicaProperty, scheduleProperty } from "../schedules.js";
import { type Mutant, makeCache } from "./mutant.js";
import { sharingMutants } from "./sharing.js";
import { timeMutants } from "./time.js";
import { writingMutants } from "./writing.js";

const properties = {
  model: modelProperty,
  schedule: scheduleProperty,
  replica: replicaProperty,
  abort: abortProperty,
} as const;

let stop = () => {};
beforeAll(() => {
  stop = onWarning(() => {});
});
afterAll(() => stop());

function run({ killedBy, make = makeCache }: Pick<Mutant, "killedBy" | "make">, numRuns: number) {
  const property: fc.IAsyncProperty<unknown> = properties[killedBy](make);
  return fc.check(property, { seed: 1, numRuns, endOnFailure: true });
}

describe("the properties bite in fewer than 1,000 runs when the cache", () => {
  for (const mutant of [...writingMutants, ...timeMutants, ...sharingMutants]) {
    test(mutant.name, async ({ annotate }) => {
      const takeOut = mutant.install();
      const killed = await run(mutant, 999).finally(takeOut);
      await annotate(`killed in run ${killed.numRuns}`);
      expect(killed.failed).toBe(true);
      expect(String(killed.errorInstance)).toContain(`not so: ${mutant.shows}`);
      const control = await run({ killedBy: mutant.killedBy }, killed.numRuns);
      expect(control.failed).toBe(false);
    }, 120_000);
  }
});
