import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FileSecretStore, generateIdentity } from "@llm-orchestrator/secrets-file";
import { afterEach, beforeEach, expect, test } from "vitest";

const main = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const variables = { OPENAI_API_KEY: "canary-one", OPENAI_ORGANIZATION: "canary-two" };
const writable = "env:?writable=true&prefix=COPY_";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "a migration "));
});
afterEach(() => rm(folder, { recursive: true }));

interface Output {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

function runMain(args: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const env = { ...process.env, ...variables, ...more };
  return new Promise<Output>((resolve) => {
    execFile(process.execPath, [main, ...args], { cwd: folder, env }, (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, stdout, stderr });
    });
  });
}

test("runs with nothing set up, and prints no value", async () => {
  const { code, stdout, stderr } = await runMain([]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^dry run\n.*openai\/api_key +would be copied\n/s);
  expect(stdout).toMatch(/--apply\n.*openai\/api_key +copied\n/s);
  expect(stdout).toMatch(/database\/password +is there with another value/);
  expect(stdout).toMatch(/ {2}2 secrets below openai\/, 1 secret below database\/\n$/);
  expect(stdout).not.toMatch(/sample-openai|sample-password|changed since/);
});

test("goes from the environment to a store that a URL names", async () => {
  const { code, stdout, stderr } = await runMain(["--to", writable, "openai/", "--apply"]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/openai\/api_key +copied\n.*\n {2}2 secrets below openai\/\n$/);
  expect(stdout).not.toContain("canary");
});

test("goes to an encrypted file, which a dry run does not make", async () => {
  const identity = await generateIdentity();
  const opened = { SECRETS_FILE_IDENTITY: identity.expose() };
  const args = ["--from", "env:", "--to", "file:./secrets.age", "openai/"];
  expect(await runMain(args, opened)).toMatchObject({ code: 0, stderr: "" });
  expect(await readdir(folder)).toEqual([]);
  const { code, stdout } = await runMain([...args, "--apply"], opened);
  expect(code).toBe(0);
  expect(stdout).toMatch(/openai\/api_key +copied\n/);
  const path = join(folder, "secrets.age");
  expect(await readFile(path, "latin1")).not.toContain("canary");
  const store = new FileSecretStore({ path, identity });
  expect((await store.getSecret("openai/api_key")).value.expose()).toBe("canary-one");
  await store.close();
});

test("a dry run says that the target cannot write", async () => {
  const { code, stdout } = await runMain(["--to", "env:?prefix=COPY_", "openai/"]);
  expect(stdout).toMatch(/openai\/api_key +failed: Not supported: .*cannot write/);
  expect(stdout).not.toContain("would be copied");
  expect(code).toBe(1);
});

test("a prefix with nothing below it is counted, and ends with code 1", async () => {
  const { code, stdout, stderr } = await runMain(["--to", writable, "opnai/", "openai/"]);
  expect(stdout).toContain("\n  0 secrets below opnai/, 2 secrets below openai/\n");
  expect([code, stderr]).toEqual([1, ""]);
});

test.each([
  ["no --to", ["--from", "env:", "openai/", "--apply"], /^--to is missing.*\n\nCopies secrets/],
  ["no prefix", ["--to", writable], /^a prefix is missing.*\n\nCopies secrets/],
  ["a flag that does not exist", ["--aply"], /^Unknown option '--aply'\n\nCopies secrets/],
  ["every variable", ["--to", writable, ""], /^CONFIGURATION: .*listing without a prefix.*\n$/],
  ["a prefix that is none", ["--to", writable, "a b"], /^INVALID_KEY: .*\n$/],
  ["an unknown scheme", ["--to", "shelf:", "openai/"], /^CONFIGURATION: .*\n$/],
  [
    "a credential",
    ["--to", "aws://x?token=canary", "openai/"],
    /^CONFIGURATION: .*credential.*\n$/,
  ],
])("%s ends with code 2 and no stack", async (_, args, says) => {
  const { code, stdout, stderr } = await runMain(args);
  expect(stderr).toMatch(says);
  expect(stderr).not.toMatch(/canary|^ +at /m);
  expect([code, stdout]).toEqual([2, ""]);
});

test("--help is no mistake", async () => {
  const { code, stdout, stderr } = await runMain(["--help"]);
  expect(stdout).toContain("--apply");
  expect([code, stderr]).toEqual([0, ""]);
});
