import { describe, expect, it } from "vitest";
import { MemorySecretStore } from "../../../src/memory-secret-store.js";
import { blindMutants } from "./index.js";

describe("each mutant breaks its promise, and the memory store keeps it", () => {
  it.each(blindMutants)("$name", async ({ create, keepsPromise }) => {
    expect(await keepsPromise(new MemorySecretStore())).toBe(true);
    expect(await keepsPromise(create())).toBe(false);
  });

  it("has a name of its own for each", () => {
    const names = blindMutants.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
