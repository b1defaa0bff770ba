import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { SecretError, type SecretErrorCode, toArray } from "@llm-orchestrator/secrets-core";
import { afterEach, expect } from "vitest";
import { EnvSecretStore, type EnvSecretStoreOptions } from "../src/index.js";

const made: string[] = [];

afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder with these files, gone after the test. Others may read it, as they may a mount. */
export function folderOf(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "secrets env "));
  made.push(folder);
  chmodSync(folder, 0o755);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** A store over an environment of its own: nothing of this process gets in. */
export function storeOf(
  environment: Record<string, string | undefined>,
  options: EnvSecretStoreOptions = {},
): EnvSecretStore {
  return new EnvSecretStore({ environment, ...options });
}

export async function textOf(store: EnvSecretStore, key: string): Promise<string> {
  return (await store.getSecret(key)).value.expose();
}

export function keysOf(store: EnvSecretStore, prefix?: string): Promise<string[]> {
  return toArray(store.listSecrets(prefix));
}

/** The error that a call fails with, which must have this code and, if given, this reason. */
export async function failure(
  call: () => unknown,
  code: SecretErrorCode,
  reason?: string,
): Promise<SecretError> {
  const outcome = await Promise.resolve()
    .then(call)
    .then(
      () => "the call succeeded",
      (error: unknown) => error,
    );
  if (!SecretError.isInstance(outcome)) throw new Error(`no SecretError: ${String(outcome)}`);
  expect([outcome.code, outcome.reason], outcome.message).toEqual([code, reason ?? outcome.reason]);
  return outcome;
}

/** Runs as a user without rights: root may read every file, whatever its mode. */
export async function unprivileged<T>(work: () => Promise<T>): Promise<T> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}
