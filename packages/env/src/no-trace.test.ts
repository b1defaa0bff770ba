import { createHook } from "node:async_hooks";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EnvSecretStore } from "./index.js";

const canary = "canary-5f0c3b9a71";
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "env-no-trace-"));
});
afterAll(() => rm(folder, { recursive: true }));

const lastMatch = () => (RegExp as unknown as { input: string }).input;

test("a .env file with a byte order mark is not left in RegExp.input", async () => {
  const dotenv = join(folder, ".env");
  await writeFile(dotenv, `\ufeffA_KEY=${canary}\n`);
  const store = new EnvSecretStore({ environment: {}, dotenv });
  expect((await store.getSecret("a/key")).value.expose()).toBe(canary);
  expect(lastMatch()).not.toContain(canary);
  canary.replace(/^canary/, ""); // the control: this is what a pattern leaves
  expect(lastMatch()).toContain(canary);
});

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

test("no promise of a read resolves to the text of a variable", async () => {
  const store = new EnvSecretStore({ environment: { A_KEY: canary } });
  expect(await promisesOf(() => store.getSecret("a/key"))).not.toContain(canary);
  expect(await promisesOf(async () => canary)).toContain(canary); // the control
});
