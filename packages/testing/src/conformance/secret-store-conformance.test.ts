import { readFileSync } from "node:fs";
import { SecretError } from "@llm-orchestrator/secrets-core";
import { describe, expect, test } from "vitest";
import { MemorySecretStore } from "../memory-secret-store.js";
import { concerns } from "./concerns.js";
import { anchorOf } from "./failure.js";
import type { SecretStoreConformanceOptions } from "./options.js";
import { secretStoreConformance } from "./secret-store-conformance.js";

const harness: SecretStoreConformanceOptions = {
  test: () => {},
  create: () => new MemorySecretStore(),
  capabilities: { write: true },
};

describe("secretStoreConformance", () => {
  test.each(["test", "create", "capabilities"])("refuses a harness without %s", (name) => {
    const define = () => secretStoreConformance({ ...harness, [name]: undefined });
    expect(define).toThrow(SecretError);
    expect(define).toThrow(`lacks ${name}`);
  });

  test("refuses a store that can neither write nor be seeded", () => {
    const define = () => secretStoreConformance({ ...harness, capabilities: { list: true } });
    expect(define).toThrow("lacks seed");
  });

  test("refuses an option that it does not have", () => {
    const define = () => secretStoreConformance({ ...harness, skip: ["listing"] } as never);
    expect(define).toThrow('no option "skip"');
  });

  test("refuses a fault that it does not have", () => {
    const faults = { throtled: () => () => {} };
    const define = () => secretStoreConformance({ ...harness, faults } as never);
    expect(define).toThrow('no fault "throtled"');
  });

  test("without describe puts the concern before the name of a case", () => {
    const names: string[] = [];
    const { checked } = secretStoreConformance({ ...harness, test: (name) => names.push(name) });
    expect(names).toEqual(checked);
    expect(names).toContain("reading: an absent key is NOT_FOUND, and the error names it");
  });

  test("gives every case a name of its own", () => {
    const names = concerns.flatMap(({ title, cases }) => cases.map(({ name }) => title + name));
    expect(new Set(names).size).toBe(names.length);
  });

  test("chooses by what is declared: what is not declared must be refused", () => {
    const { checked } = secretStoreConformance(harness);
    expect(checked.filter((name) => name.startsWith("listing: "))).toEqual([]);
    expect(checked).toContain(
      "refusing: without list its calls are NOT_SUPPORTED, and the secret stays as it is",
    );
  });

  test("says that a capability cannot be shown without write", () => {
    const capabilities = { binary: true, compareAndSet: true };
    const { notShown } = secretStoreConformance({ ...harness, capabilities, seed: () => {} });
    expect(notShown.slice(-2)).toEqual([
      "the capability compareAndSet (it shows only together with write)",
      "the capability binary (it shows only together with write)",
    ]);
  });
});

describe("docs/testing-a-backend.md", () => {
  const page = readFileSync(
    new URL("../../../../docs/testing-a-backend.md", import.meta.url),
    "utf8",
  );
  const anchors = [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading));

  test.each(concerns.map(({ title }) => anchorOf(title)))("has the section #%s", (anchor) => {
    expect(anchors).toContain(anchor);
  });
});
