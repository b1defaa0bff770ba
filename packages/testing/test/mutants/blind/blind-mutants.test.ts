import { describe, expect, test } from "vitest";
import { MemorySecretStore } from "../../../src/index.js";
import { capabilityMutants } from "./capabilities.js";
import { firstFailure } from "./first-failure.js";
import { mutantGroups } from "./index.js";
import { AroundMemory } from "./mutant.js";
import { concernsFor } from "./noticed-by.js";

Error.stackTraceLimit = 0; // frames say nothing of a store, and are most of what the probe searches

describe("the suite bites when", () => {
  const all = mutantGroups.flatMap(({ concerns, mutants }) =>
    mutants.map((mutant) => ({ ...mutant, concerns: concernsFor(mutant, concerns) })),
  );

  test.each(all)("$name", async (mutant) => {
    expect(await firstFailure(mutant, mutant.concerns)).toBeDefined();
  });
});

describe("a harness that says no more than the store declares hides nothing when", () => {
  const declaring = capabilityMutants.flatMap((mutant) => {
    const { capabilities } = mutant.create();
    return capabilities.write ? [{ ...mutant, capabilities }] : []; // the suite has to write
  });

  test.each(declaring)("$name", async (mutant) => {
    const concerns = concernsFor(mutant, ["refusing", "deleting and restoring", "declaring"]);
    expect(await firstFailure(mutant, concerns, mutant.capabilities)).toBeDefined();
  });
});

describe("and the suite does not bite when nothing is wrong with", () => {
  test.each([
    { name: "the memory store", create: () => new MemorySecretStore() },
    { name: "a store around it that changes nothing", create: () => new AroundMemory() },
  ])("$name", async (control) => {
    expect(await firstFailure(control)).toBeUndefined();
  });
});
