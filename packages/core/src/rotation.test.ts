import { createHook } from "node:async_hooks";
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { rotateByCompareAndSet } from "./rotation.js";
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
