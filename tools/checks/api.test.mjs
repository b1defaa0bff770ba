import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { checkApi, writeApi } from "./api.mjs";
import { createSmallRepository } from "./small-repository.mjs";

let repository;
beforeEach(() => {
  repository = createSmallRepository();
  declare("core", 'export { code } from "./errors.js";\n');
  repository.write(
    "packages/core/dist/errors.d.ts",
    "/** Says more. */\nexport declare const code: number;\nexport declare const internal: string;\n",
  );
  for (const folder of ["env", "builder"]) declare(folder, "export declare const made: boolean;\n");
  writeApi(repository.root);
});
afterEach(() => repository.remove());

const declare = (folder, text) => repository.write(`packages/${folder}/dist/index.d.ts`, text);
const problems = () => checkApi(repository.root);

it("finds nothing when the reports are up to date", () => {
  expect(problems()).toEqual([]);
});

it("a report holds what is exported, and nothing else", () => {
  const report = readFileSync(join(repository.root, "api/core.api.md"), "utf8");
  expect(report).toContain("export const code: number;");
  expect(report).not.toMatch(/internal|Says more|@public|undocumented/);
});

it("finds a type that changed, an export that is gone, and one that is new", () => {
  declare("core", "export declare const code: string;\n");
  declare("env", "declare const made: boolean;\nexport {};\n");
  declare("builder", "export declare const made: boolean;\nexport declare const more: 1;\n");
  const folders = ["builder", "core", "env"];
  expect(problems()).toEqual(
    folders.map((name) => expect.stringMatching(`^api/${name}\\.api\\.md:[^]*npm run api`)),
  );
});

it("finds a change in a type that an export only uses; a comment is no change", () => {
  const declarations = (type) =>
    `interface Options {\n  a: ${type};\n}\nexport declare function make(o: Options): void;\n`;
  declare("env", declarations("1"));
  writeApi(repository.root);
  declare("env", `/** Options. */\n${declarations("1")}`);
  expect(problems()).toEqual([]);
  declare("env", declarations("2"));
  expect(problems()).toEqual([expect.stringContaining("+     a: 2;")]);
});

it("finds a package without a report, and a report without a package", () => {
  repository.write("api/old.api.md", "");
  repository.editManifest("packages/env", (manifest) => {
    manifest.exports["./more"] = { types: "./dist/index.d.ts" };
  });
  expect(problems()).toEqual([
    expect.stringContaining("api/env-more.api.md is missing"),
    expect.stringContaining("api/old.api.md is of no package"),
  ]);
});
