import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SecretStoreCapabilities } from "@llm-orchestrator/secrets-core";
import { secretStoreConformance } from "@llm-orchestrator/secrets-testing";
import { afterAll, describe, expect, test, vi } from "vitest";
import { FileSecretStore, type FileSecretStoreOptions, generateIdentity } from "../src/index.js";
import { faultsOf, statFaults } from "./file-faults.js";

vi.mock("node:fs/promises", async (importOriginal) => {
  const original = await importOriginal<typeof import("node:fs/promises")>();
  const stat = (...call: Parameters<typeof original.stat>) =>
    statFaults.get(String(call[0]))?.() ?? original.stat(...call);
  return { ...original, stat };
});

const parent = mkdtempSync(join(tmpdir(), "file-conformance-"));
afterAll(() => rmSync(parent, { recursive: true }));

const limits = { maxValueBytes: 1_048_576, listPageSize: 1 }; // no pages

/** By hand: everything. */
const capabilities: SecretStoreCapabilities = {
  ...{ write: true, delete: true, restore: true, list: true, describe: true },
  ...{ versions: true, rotate: true, compareAndSet: true, binary: true, metadata: true },
  maxBatchSize: 50,
};

let count = 0;

async function createWith(options: Omit<FileSecretStoreOptions, "path">) {
  const folder = join(parent, String(++count));
  mkdirSync(folder, { mode: 0o700 });
  const path = join(folder, "secrets.age");
  return { folder, path, store: new FileSecretStore({ path, ...options }) };
}

/** A file that nobody's key opens. */
async function makeForeign(options: Omit<FileSecretStoreOptions, "path">): Promise<Uint8Array> {
  const { path, store } = await createWith(options);
  await store.putSecret("of/another", "canary-of-another-file");
  await store.close();
  return readFileSync(path);
}

const identity = await generateIdentity();
const foreign = await makeForeign({ identity: await generateIdentity() });

const withIdentity = secretStoreConformance({
  ...{ test, describe, title: "FileSecretStore with an identity", limits, capabilities },
  create: () => createWith({ identity }),
  faults: faultsOf(() => foreign),
});

/** The lowest cost: what it takes is not what is tested. */
const phrase = { passphrase: "correct horse battery staple", scryptWorkFactor: 10 };
const otherPhrase = await makeForeign({ ...phrase, passphrase: "another phrase of words" });

const withPassphrase = secretStoreConformance({
  ...{ test, describe, title: "FileSecretStore with a passphrase", limits, capabilities },
  create: () => createWith(phrase),
  faults: faultsOf(() => otherPhrase),
});

describe("the harness of file", () => {
  test.each([withIdentity, withPassphrase])("shows all but a quota, which no file has", (shown) => {
    expect(shown.notShown).toEqual(['that too many requests are THROTTLED (no fault "throttled")']);
    expect(shown.checked.length).toBeGreaterThan(230);
  });
});
