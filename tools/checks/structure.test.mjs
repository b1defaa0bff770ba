import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { packageName } from "./layers.mjs";
import { addProgram, createSmallRepository, writeBundle } from "./small-repository.mjs";
import { checkStructure } from "./structure.mjs";

const [core, env, testing] = ["core", "env", "testing"].map(packageName);

let repository;
beforeEach(() => {
  repository = createSmallRepository();
});
afterEach(() => repository.remove());

const problems = () => checkStructure(repository.root).problems;
const edit = (folder, change) => repository.editManifest(`packages/${folder}`, change);
const write = (path, text) => repository.write(`packages/${path}`, text);

it("finds nothing in a repository that is right", () => {
  expect(problems()).toEqual([]);
});

describe("circles", () => {
  it("inside a package, types included", () => {
    write("core/src/errors.ts", 'export const code = 1;\nexport type * from "./index.js";\n');
    expect(problems()).toEqual([expect.stringContaining("import circle: ")]);
  });

  it("between packages", () => {
    edit("env", (manifest) => {
      manifest.devDependencies = { "secrets-tools": "workspace:^" };
    });
    repository.editManifest("tools", (manifest) => {
      manifest.devDependencies = { [env]: "workspace:^" };
    });
    expect(problems()).toEqual([
      expect.stringContaining(`circle of packages: ${env} → secrets-tools`),
    ]);
  });

  it("between packages, by an import alone", () => {
    repository.write("tools/server.ts", `import "${env}";\n`);
    write("env/test/server.test.ts", 'import "secrets-tools/server.ts";\n');
    expect(problems()).toEqual([expect.stringContaining("circle of packages: ")]);
  });
});

describe("upward arrows", () => {
  it.each([
    ["an import", `import { x } from "${testing}";`],
    ["a re-export", `export * from "${testing}";`],
    ["a lazy import", `void import("${testing}");`],
    ["a type", `export type X = import("${testing}").X;`],
    ["an import type", `import type { X } from "${testing}";`],
  ])("%s", (_, text) => {
    write("env/src/up.ts", text);
    expect(problems()).toEqual([`packages/env/src/up.ts:1: "${testing}" is not below env`]);
  });

  it.each(["dependencies", "devDependencies", "peerDependencies"])("a manifest's %s", (field) => {
    edit("env", (manifest) => {
      manifest[field] = { [core]: "workspace:^", [packageName("cache")]: "workspace:^" };
      if (field !== "dependencies") delete manifest[field][core];
    });
    expect(problems()).toEqual([
      expect.stringMatching(/^packages\/env\/package\.json: .*(below|peerDependencies)/),
    ]);
  });

  it("a test of core that needs testing", () => {
    write("core/src/errors.test.ts", `import "${testing}";`);
    expect(problems()).toEqual([expect.stringContaining("is not below core")]);
  });

  it("a path into another package", () => {
    write("env/src/up.ts", 'import "../../core/src/errors.js";');
    expect(problems()).toEqual([expect.stringContaining("leaves the package")]);
  });

  it("lets tests import testing and tools", () => {
    write("env/src/index.test.ts", `import "${testing}";\nimport "secrets-tools/clock.ts";`);
    expect(problems()).toEqual([]);
  });

  it("an optional peer that is imported eagerly", () => {
    write("builder/src/eager.ts", `export * from "${env}";`);
    expect(problems()).toEqual([expect.stringContaining("is an optional peer")]);
  });
});

describe("manifests", () => {
  it.each([
    ["sideEffects", (manifest) => delete manifest.sideEffects],
    ["engines", (manifest) => (manifest.engines.node = ">=18")],
    ["repository", (manifest) => (manifest.repository.directory = "packages/core")],
    ["private", (manifest) => (manifest.private = true)],
    ["exports", (manifest) => delete manifest.exports["."].types],
    ["exports", (manifest) => (manifest.exports["."] = { default: "", ...manifest.exports["."] })],
    ["publishConfig", (manifest) => (manifest.publishConfig.exports = manifest.exports)],
    ["publishConfig", (manifest) => delete manifest.publishConfig.provenance],
    ["description", (manifest) => delete manifest.description],
    ["workspace:^", (manifest) => (manifest.dependencies[core] = "^1.0.0")],
  ])("that depart from the template: %s", (field, change) => {
    edit("env", change);
    expect(problems()).toContainEqual(expect.stringContaining(field));
  });

  it("of a package that the table does not know", () => {
    write("extra/package.json", "{}");
    writeBundle(repository, "extra", "index", ["../src/index.ts"]);
    expect(problems()).toEqual([expect.stringContaining("not in the table")]);
  });

  it.each(["core", "builder"])("of %s with a dependency that is not ours", (folder) => {
    edit(folder, (manifest) => {
      manifest.dependencies = { ...manifest.dependencies, "left-pad": "1.3.0" };
    });
    expect(problems()).toEqual([expect.stringContaining("not ours")]);
  });

  it("whose optional peer is not optional", () => {
    edit("builder", (manifest) => {
      manifest.peerDependenciesMeta = {};
    });
    expect(problems()).toContainEqual(expect.stringContaining("should be optional"));
  });
});

describe("a program", () => {
  const folder = "create-secrets-backend";
  beforeEach(() => addProgram(repository));

  it("that is right", () => {
    write(`${folder}/test/main.test.ts`, `import "${core}";\nimport "${testing}";`);
    expect(problems()).toEqual([]);
  });

  it.each([
    ["bin", (manifest) => delete manifest.bin],
    ["bin", (manifest) => (manifest.bin[folder] = "./dist/main.js")],
    ["files", (manifest) => manifest.files.splice(2, 1)],
    ['"exports" of a program holds "."', (manifest) => (manifest.exports["."] = "./dist/main.js")],
    ["not ours", (manifest) => (manifest.dependencies = { "left-pad": "1.3.0" })],
    ["not below", (manifest) => (manifest.dependencies = { [core]: "workspace:^" })],
  ])("that departs from its template: %s", (field, change) => {
    edit(folder, change);
    expect(problems()).toContainEqual(expect.stringContaining(field));
  });

  it("whose source imports what only its tests may", () => {
    write(`${folder}/src/core.ts`, `import "${core}";`);
    expect(problems()).toEqual([expect.stringContaining(`"${core}" is not below ${folder}`)]);
  });

  it("is the exception: another package has no bin", () => {
    edit("env", (manifest) => {
      manifest.bin = { env: "dist/main.js" };
    });
    expect(problems()).toContainEqual(expect.stringContaining('"bin" should be undefined'));
  });
});

describe("imports of Node's modules in core", () => {
  it.each(['import "node:fs";', 'import { x } from "fs";', 'import type { X } from "node:fs";'])(
    "%s",
    (text) => {
      write("core/src/node.ts", text);
      expect(problems()).toEqual([expect.stringContaining("static import of")]);
    },
  );

  it("may be lazy, and may be named in a comment", () => {
    write("core/src/node.ts", 'const lazy = () => import("node:fs"); // import "node:fs"\n');
    expect(problems()).toEqual([]);
  });
});

describe("bundles", () => {
  it("with a copy of core", () => {
    writeBundle(repository, "env", "index", ["../../core/src/errors.ts", "../src/index.ts"]);
    expect(problems()).toEqual(["packages/env/dist/index.js inlines packages/core/src/errors.ts"]);
  });

  it("that would get a copy, because the manifest does not list core", () => {
    edit("env", (manifest) => {
      manifest.dependencies = {};
    });
    expect(problems()).toEqual([expect.stringContaining("tsup would inline it")]);
  });

  it("that share a file of their own package", () => {
    writeBundle(repository, "core", "second", ["../src/index.ts"]);
    expect(problems()).toEqual([expect.stringContaining("both inline packages/core/src/index.ts")]);
  });

  it("without a source map, which would hide what they hold", () => {
    write("env/dist/more.js", "");
    expect(problems()).toEqual(["packages/env/dist/more.js: no source map beside it"]);
  });
});

describe("notes", () => {
  const notes = () => checkStructure(repository.root).notes;

  it("long files, without failing", () => {
    write("core/src/long.ts", "\n".repeat(301));
    expect(notes()).toContain("packages/core/src/long.ts: 301 lines");
    expect(problems()).toEqual([]);
  });

  it("READMEs with other headings, without failing", () => {
    const right =
      "Install Usage Options Capabilities Errors Permissions Security Versioning Licence";
    const readme = (titles) => titles.map((title) => `## ${title}\n`).join("");
    write("core/README.md", `${readme(right.split(" "))}\`\`\`\n## not a heading\n\`\`\`\n`);
    write("env/README.md", readme(["Usage"]));
    const about = notes().join("\n");
    expect(about).toContain("packages/env/README.md: headings are Usage");
    expect(about).not.toContain("packages/core/README.md");
    expect(problems()).toEqual([]);
  });
});
