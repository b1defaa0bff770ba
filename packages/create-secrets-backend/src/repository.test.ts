import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findRepository, withReference } from "./repository.js";

describe("findRepository", () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "repository-"));
    await mkdir(join(root, "packages", "core"), { recursive: true });
    await writeFile(join(root, "pnpm-workspace.yaml"), "");
  });
  afterEach(() => rm(root, { recursive: true }));

  const writeCore = (text: string) =>
    writeFile(join(root, "packages", "core", "package.json"), text);

  test("finds this project from any folder in it, also one that is not there yet", async () => {
    await writeCore('{ "name": "@llm-orchestrator/secrets-core" }');
    expect(await findRepository(root)).toBe(root);
    expect(await findRepository(join(root, "packages", "a", "b"))).toBe(root);
  });

  test.each(['{ "name": "@acme/core" }', "{}", "no JSON"])(
    "takes no other workspace for it: core says %s",
    async (text) => {
      await writeCore(text);
      expect(await findRepository(root)).toBeUndefined();
    },
  );

  test("takes no folder without a workspace for it", async () => {
    await writeCore('{ "name": "@llm-orchestrator/secrets-core" }');
    await rm(join(root, "pnpm-workspace.yaml"));
    expect(await findRepository(root)).toBeUndefined();
  });
});

describe("withReference", () => {
  const one = '{\n  "files": [],\n  "references": [\n    { "path": "packages/core" }\n  ]\n}\n';

  test("adds the package at the end, once", () => {
    const two = withReference(one, "doppler");
    const paths = ["packages/core", "packages/doppler"].map((path) => ({ path }));
    expect(JSON.parse(two).references).toEqual(paths);
    expect(two.split("\n")[4]).toBe('    { "path": "packages/doppler" }');
    expect(withReference(two, "doppler")).toBe(two);
  });

  test.each(["{}", '{ "references": [] }', one.replace("]\n}", "], }")])(
    "refuses a file that it does not understand, case %#",
    (text) => {
      expect(() => withReference(text, "doppler")).toThrow(/no list of references at its end/);
    },
  );
});
