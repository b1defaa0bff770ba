import { afterEach, describe, expect, test, vi } from "vitest";
import { MemorySecretStore } from "../../src/index.js";
import { failuresOf, subclass } from "./kill.js";
import { smallMutants } from "./small-mutants.js";

describe("the suite bites", () => {
  test.each(smallMutants)("when $name", async (mutant) => {
    vi.spyOn(console, "debug").mockImplementation(() => {}); // one of them prints
    const failures = await failuresOf(mutant, (name) => name.startsWith(`${mutant.concern}: `));
    expect([...failures.keys()]).not.toEqual([]);
  });

  test("and not when nothing is wrong", async () => {
    const control = {
      name: "control",
      concern: "",
      create: subclass(() => new MemorySecretStore()),
    };
    expect([...(await failuresOf(control))]).toEqual([]);
  });
});

afterEach(() => vi.restoreAllMocks());

describe("a failure", () => {
  test("says what the contract says, what came and where to read on", async () => {
    const name = "deleting and restoring: recoverable is the default: a deletion without a mode";
    const mutant = smallMutants.find((one) => one.name === "a recoverable deletion is permanent");
    const failures = await failuresOf(mutant as never, (one) => one.startsWith(name));
    const [message = ""] = failures.values();
    expect(message.split("\n")).toEqual([
      expect.stringMatching(/^The contract says: recoverable is the default: .*\.$/),
      expect.stringMatching(/^What came: SecretError NOT_FOUND: Secret not found: /),
      expect.stringMatching(/^Read on: .*testing-a-backend\.md#deleting-and-restoring$/),
    ]);
  });

  test("names the call that does not settle", async () => {
    const mutant = smallMutants.find((one) => one.name === "a call never settles");
    const failures = await failuresOf(mutant as never, (one) => one.includes("newest first"));
    expect([...failures.values()].join()).toContain("What came: getSecretVersions had not settled");
  });
});
