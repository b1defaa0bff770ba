import type { RotateContext, SecretData } from "@llm-orchestrator/secrets-core";
import { SecretError } from "@llm-orchestrator/secrets-core";
import { describe, expect, test } from "vitest";
import type { RotationClaim } from "./rotation-claim.ts";
import { type RotationParts, rotateUntilWritten, rotateWhenClaimed } from "./rotation-ways.ts";

const context: RotateContext = { signal: undefined, countRetry() {} };
const conflict = () => new SecretError("CONFLICT", { detail: "another version is current" });

/** Notes what is done; each read gives the next version. */
function script(
  versions: readonly (string | undefined)[],
  results: readonly (SecretData | Error)[],
) {
  const steps: string[] = [];
  let reads = 0;
  let rotations = 0;
  const claim = {
    take: async () => void steps.push("take"),
    release: async () => void steps.push("release"),
  } as unknown as RotationClaim;
  const parts: RotationParts = {
    claim,
    run: (own, work) => work(own),
    read: async () => {
      steps.push("read");
      const version = versions[reads++];
      return version === undefined ? undefined : { value: "v", version };
    },
    rotate: async () => {
      steps.push("rotate");
      const result = results[rotations++];
      if (result instanceof Error || result === undefined) throw result;
      return result;
    },
  };
  return { parts, steps };
}

describe("a rotation that is claimed", () => {
  test("mints between claim and release", async () => {
    const { parts, steps } = script(["1", "1"], [{ value: "new", version: "2" }]);
    expect((await rotateWhenClaimed(parts, "k", context)).version).toBe("2");
    expect(steps).toEqual(["read", "take", "read", "rotate", "release"]);
  });

  test("mints nothing when somebody else has rotated between its first look and its claim", async () => {
    const { parts, steps } = script(["1", "2"], [{ value: "new", version: "3" }]);
    await expect(rotateWhenClaimed(parts, "k", context)).rejects.toMatchObject({
      code: "CONFLICT",
    });
    expect(steps).toEqual(["read", "take", "read", "release"]);
  });

  test("is not repeated when its write loses a race, since the provider has issued a key", async () => {
    const { parts, steps } = script(["1", "1"], [conflict()]);
    await expect(rotateWhenClaimed(parts, "k", context)).rejects.toMatchObject({
      code: "CONFLICT",
    });
    expect(steps).toEqual(["read", "take", "read", "rotate", "release"]);
  });

  test("claims nothing for a key that is not there", async () => {
    const { parts, steps } = script([undefined], [new SecretError("NOT_FOUND")]);
    await expect(rotateWhenClaimed(parts, "k", context)).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    expect(steps).toEqual(["read", "rotate"]);
  });
});

describe("a rotation that may be repeated", () => {
  test("begins again until its write wins, and with nothing else", async () => {
    const { parts, steps } = script([], [conflict(), conflict(), { value: "new", version: "9" }]);
    expect((await rotateUntilWritten(parts, context)).version).toBe("9");
    expect(steps).toEqual(["rotate", "rotate", "rotate"]);
    const broken = script([], [new SecretError("INVALID_SECRET")]);
    const rotation = rotateUntilWritten(broken.parts, context);
    await expect(rotation).rejects.toMatchObject({ code: "INVALID_SECRET" });
    expect(broken.steps).toEqual(["rotate"]);
  });

  test("leaves between two tries when its caller does", async () => {
    const controller = new AbortController();
    const { parts } = script([], [conflict(), { value: "new", version: "9" }]);
    const own = { signal: controller.signal, countRetry: () => controller.abort("enough") };
    await expect(rotateUntilWritten(parts, own)).rejects.toBe("enough");
  });
});
