import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { secretStoreConformance } from "@llm-orchestrator/secrets-testing";
import { describe, expect, test } from "vitest";
import { EnvSecretStore } from "../src/index.js";

const prefix = "APP_";
const longestFileName = 255;
const limits = { maxValueBytes: 65_536, listPageSize: 1 }; // no pages

/** The rule of the README, written down once more. */
const toVariable = (text: string) => text.toUpperCase().replace(/[^A-Z0-9]/g, "_");

/** Several keys fall on one variable: a list gives the prefix and the rest in one spelling. */
const listedAs = (key: string, start: string) =>
  start + toVariable(key.slice(start.length)).toLowerCase();

function createOn(writable: boolean) {
  const environment: Record<string, string> = {};
  return { environment, store: new EnvSecretStore({ prefix, environment, writable }) };
}

type OnVariables = ReturnType<typeof createOn>;

function setVariable(key: string, value: string, { environment }: OnVariables): void {
  environment[prefix + toVariable(key)] = value;
}

secretStoreConformance({
  ...{ test, describe, title: "EnvSecretStore", limits, listedAs },
  create: () => createOn(false),
  seed: setVariable,
  capabilities: { list: true },
});

secretStoreConformance({
  ...{ test, describe, title: "a writable EnvSecretStore", limits, listedAs },
  create: () => createOn(true),
  capabilities: { list: true, write: true, delete: true },
});

function createOnFolder() {
  const parent = mkdtempSync(join(tmpdir(), "env-conformance-"));
  const folder = mkdtempSync(join(parent, "secrets-"));
  const environment: Record<string, string> = {};
  return {
    ...{ folder, environment },
    store: new EnvSecretStore({ prefix, environment, folder }),
    dispose: () => rmSync(parent, { recursive: true }),
  };
}

const onFolder = secretStoreConformance({
  ...{ test, describe, title: "EnvSecretStore over a folder", limits, listedAs },
  create: createOnFolder,
  seed: (key, value, { folder, environment }) => {
    const name = prefix + toVariable(key);
    if (name.length > longestFileName) environment[name] = value;
    // One newline at the end is the file's, and "\r\n" is one.
    else writeFileSync(join(folder, name), value + (value.endsWith("\r") ? "\r\n" : "\n"));
  },
  capabilities: { list: true },
  faults: {
    misconfigured: ({ folder }) => {
      renameSync(folder, `${folder}.away`);
      return () => renameSync(`${folder}.away`, folder);
    },
  },
});

describe("the harness of env", () => {
  test("leaves out the faults that a process's own environment cannot have", () => {
    const left = onFolder.notShown.map((what) => /no fault "(\w+)"/.exec(what)?.[1]);
    const faults = ["unavailable", "denied", "unauthenticated", "throttled", "unexpected"];
    expect(left).toEqual([...faults, "hanging"]);
  });
});
