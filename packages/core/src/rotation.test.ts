import { createHook } from "node:async_hooks";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { type RotationStore, rotateByCompareAndSet } from "./rotation.js";
import { SecretError } from "./secret-error.js";
import type { RotateContext, StagedVersion } from "./secret-store-hooks.js";
import { type SecretInput, secretValue } from "./secret-value.js";

/** What a hook of `async_hooks` could print: every promise that was made, with its value. */
async function promisesOf(work: () => Promise<unknown>): Promise<string> {
  const resources: object[] = [];
  const hook = createHook({ init: (_id, _type, _trigger, resource) => resources.push(resource) });
  hook.enable();
  try {
    await work();
  } finally {
    hook.disable();
  }
  return inspect(resources, { depth: 6, maxArrayLength: null });
}

const candidate = "candidate-5f0c3b9a71";

const rotate = (generate: () => SecretInput) => () =>
  rotateByCompareAndSet(
    {
      accept: secretValue,
      read: async () => ({ value: secretValue("old value"), version: "1" }),
      write: async () => ({ version: "2" }),
    },
    generate,
    { signal: undefined, countRetry: () => {} },
  );

test("no promise of a rotation holds the text that generate returned", async () => {
  expect(await promisesOf(async () => candidate)).toContain(candidate);
  expect(await promisesOf(rotate(() => candidate))).not.toContain(candidate);
});

describe("a store that keeps the new value before it is verified", () => {
  test("has it created, set, tested and finished, in this order", async () => {
    const { store, steps } = stagingStore();
    const verify = () => void steps.push("verify");
    const rotated = await rotateIn(store, { verify });
    expect(steps).toEqual(["find", "generate", "stage new", "set new for old", "verify", "commit"]);
    expect([secretValue(rotated.value).expose(), rotated.version]).toEqual(["new", "2"]);
  });

  test.each([
    ["set", "INVALID_SECRET"],
    ["verify", "INVALID_SECRET"],
    ["commit", "CONFLICT"],
  ])("gives it up when %s fails, and says why it failed", async (step, code) => {
    const { store, steps } = stagingStore({ failing: step, discard: "fails" });
    const verify = () => step !== "verify";
    await expect(rotateIn(store, { verify })).rejects.toMatchObject({ code });
    expect(steps.at(-1)).toBe("discard");
    expect(steps).not.toContain("write");
  });

  test("gives it up when the caller leaves, and makes nothing current", async () => {
    const controller = new AbortController();
    const { store, steps } = stagingStore();
    const verify = () => controller.abort("enough");
    const rotation = rotateIn(store, { verify, signal: controller.signal });
    await expect(rotation).rejects.toBe("enough");
    expect(steps.slice(-2)).toEqual(["set new for old", "discard"]);
  });

  test("writes what is verified where it keeps nothing for this secret", async () => {
    const { store, steps } = stagingStore();
    const without = { ...store, stage: async () => undefined };
    expect((await rotateIn(without)).version).toBe("written");
    expect(steps).toEqual(["find", "generate", "write new on 1"]);
  });
});

describe("what an interrupted rotation has left", () => {
  test("is gone on with, and nothing is generated or staged", async () => {
    const { store, steps } = stagingStore({ left: "left" });
    const rotated = await rotateIn(store, { verify: () => void steps.push("verify") });
    expect(steps).toEqual(["find", "set left for old", "verify", "commit"]);
    expect(secretValue(rotated.value).expose()).toBe("left");
  });

  test("is given up when it does not verify, and the rotation fails", async () => {
    const { store, steps } = stagingStore({ left: "left" });
    await expect(rotateIn(store, { verify: () => false })).rejects.toMatchObject({
      reason: "verify-failed",
    });
    expect(steps).toEqual(["find", "set left for old", "discard"]);
  });

  test.each([
    ["is the value that is current", "old", undefined],
    ["has the field as it is", '{"a":"old","b":"left"}', "a"],
    ["lacks the field", '{"b":"left"}', "a"],
    ["is no object where a field is rotated", "left", "a"],
  ])("is given up for a new value when it %s", async (_what, left, field) => {
    const current = field === undefined ? "old" : '{"a":"old","b":"old"}';
    const { store, steps } = stagingStore({ left, current });
    const rotated = await rotateIn(store, { field });
    expect(steps.slice(0, 3)).toEqual(["find", "discard", "generate"]);
    expect(secretValue(rotated.value).expose()).toBe("new");
  });

  test("of a field comes back as the field", async () => {
    const left = '{"a":"left","b":"old"}';
    const { store, steps } = stagingStore({ left, current: '{"a":"old","b":"old"}' });
    const rotated = await rotateIn(store, { field: "a" });
    expect(steps).toEqual(["find", "set left for old", "commit"]);
    expect(secretValue(rotated.value).expose()).toBe("left");
  });
});

interface Script {
  readonly left?: string;
  readonly current?: string;
  readonly failing?: string;
  readonly discard?: "fails";
}

/** Notes what is done with it. */
function stagingStore({ left, current = "old", failing, discard }: Script = {}) {
  const steps: string[] = [];
  const staged: StagedVersion = {
    set: async (value, replaced) => {
      steps.push(`set ${value.expose()} for ${replaced.expose()}`);
      if (failing === "set") throw new SecretError("INVALID_SECRET");
    },
    commit: async () => {
      steps.push("commit");
      if (failing === "commit") throw new SecretError("CONFLICT");
      return { version: "2" };
    },
    discard: async () => {
      steps.push("discard");
      if (discard === "fails") throw new SecretError("BACKEND_UNAVAILABLE");
    },
  };
  const store: RotationStore & { readonly steps: string[] } = {
    steps,
    accept: secretValue,
    read: async () => ({ value: current, version: "1" }),
    write: async (value, { expectedVersion }) => {
      steps.push(`write ${value.expose()} on ${expectedVersion}`);
      return { version: "written" };
    },
    stage: async (value) => {
      steps.push(`stage ${value.expose()}`);
      return staged;
    },
    findStaged: async () => {
      steps.push("find");
      return left === undefined ? undefined : { ...staged, value: left };
    },
  };
  return { store, steps };
}

function rotateIn(
  store: RotationStore & { readonly steps: string[] },
  context: Partial<RotateContext> = {},
) {
  const generate = () => {
    store.steps.push("generate");
    return "new";
  };
  return rotateByCompareAndSet(store, generate, {
    ...{ signal: undefined, countRetry: () => {} },
    ...context,
  });
}
