import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkTarball } from "./check-tarball.mjs";
import { lintExports } from "./packages.mjs";
import { addProgram, createSmallRepository } from "./small-repository.mjs";
import { readWorkspaces } from "./workspace.mjs";

let repository;
beforeEach(() => {
  repository = createSmallRepository();
  // The tarball of core, as pnpm would unpack and rewrite it.
  const { publishConfig, ...manifest } = JSON.parse(
    readFileSync(join(repository.root, "packages/core/package.json"), "utf8"),
  );
  write("package.json", JSON.stringify({ ...manifest, exports: publishConfig.exports }));
  write("dist/index.js", "export const code = 1;\n");
  write("dist/index.js.map", JSON.stringify({ sources: ["a.ts"], sourcesContent: [""] }));
  write("dist/index.d.ts", "export declare const code = 1;\n");
  for (const file of ["LICENSE", "README.md", "dist/errors.d.ts"]) write(file, "");
});
afterEach(() => repository.remove());

const write = (path, text) => repository.write(`package/${path}`, text);

describe("the contents of a tarball", () => {
  const problems = () => {
    const core = readWorkspaces(repository.root).find(({ folder }) => folder === "core");
    return checkTarball(core, join(repository.root, "package"));
  };

  it("that is right", () => {
    expect(problems()).toEqual([]);
  });

  it.each(["dist/errors.test.d.ts", "dist/types.tsbuildinfo", "src/index.ts", "dist/old.js"])(
    "should not hold %s",
    (file) => {
      write(file, "");
      expect(problems()).toEqual([`should not hold ${file}`]);
    },
  );

  it("lack a declaration", () => {
    repository.write("packages/core/src/new.ts", "");
    expect(problems()).toEqual(["lacks dist/new.d.ts"]);
  });

  it("lack the sources that a map points to", () => {
    write("dist/index.js.map", JSON.stringify({ sources: ["a.ts"] }));
    expect(problems()).toEqual([expect.stringContaining("lacks sourcesContent")]);
  });

  it.each(["@llm-orchestrator/source", "workspace:^"])("still say %s", (internal) => {
    write("package.json", JSON.stringify({ exports: {}, internal }));
    expect(problems()).toEqual([expect.stringContaining("still says")]);
  });
});

describe("the contents of a program's tarball", () => {
  const problems = () => {
    const program = readWorkspaces(repository.root).find(({ manifest }) => manifest.bin);
    return checkTarball(program, join(repository.root, "program"));
  };
  beforeEach(() => {
    addProgram(repository);
    const map = JSON.stringify({ sources: ["a.ts"], sourcesContent: [""] });
    repository.write("program/dist/main.js.map", map);
    const files = ["LICENSE", "README.md", "package.json", "dist/main.js"];
    for (const file of [...files, "template/package/_gitignore"]) {
      repository.write(`program/${file}`, "");
    }
  });

  it("that are right: no declarations", () => {
    expect(problems()).toEqual([]);
  });

  it("hold a declaration that nobody can import", () => {
    repository.write("program/dist/main.d.ts", "");
    expect(problems()).toEqual(["should not hold dist/main.d.ts"]);
  });

  it("lack a file of the template, such as one that npm leaves out by its name", () => {
    const path = "template/package/.gitignore";
    repository.write(`packages/create-secrets-backend/${path}`, "");
    expect(problems()).toEqual([`lacks ${path}`]);
  });
});

describe("the exports of a tarball", () => {
  const problems = () => {
    execFileSync("tar", ["-czf", "package.tgz", "package"], { cwd: repository.root });
    return lintExports(join(repository.root, "package.tgz"));
  };

  it("that are right", async () => {
    expect(await problems()).toEqual([]);
  });

  it("that publint refuses: CommonJS in a package of modules", async () => {
    write("dist/index.js", "module.exports = 1;\n");
    expect(await problems()).toContainEqual(expect.stringMatching(/^publint: /));
  });

  it("that attw refuses: declarations without the imports' extensions", async () => {
    write("dist/index.d.ts", 'export * from "./errors";\n');
    expect(await problems()).toContainEqual(expect.stringMatching(/^attw: /));
  });
}, 30_000);
