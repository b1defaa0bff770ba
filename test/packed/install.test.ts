import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { execute } from "./execute.js";
import { nodes } from "./nodes.js";
import { type PackedPackage, packPackages } from "./pack.js";
import { createProject, installedPackages, temporaryFolder } from "./project.js";
import { compile, compilers, resolutions } from "./type-check.js";

// npm, compilers and bundlers, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const folder = temporaryFolder();

const types = ["module", "commonjs"] as const;

let packages: readonly PackedPackage[];
const projects: Partial<Record<(typeof types)[number], string>> = {};
const projectOf = (type: (typeof types)[number]) => projects[type] as string;

beforeAll(async () => {
  packages = await packPackages(folder);
  for (const type of types) {
    projects[type] = await createProject(join(folder, type), "consumer", { type, packages });
  }
}, 300_000);

describe.each(types)("in a blank project of type %s", (type) => {
  it("npm installs each package from its tarball, and no second copy", async () => {
    const installed = await installedPackages(projectOf(type));
    expect(installed.map(({ path }) => path).sort()).toEqual(
      packages.map(({ name }) => `node_modules/${name}`).sort(),
    );
    expect(installed.filter(({ resolved }) => !resolved.startsWith("file:"))).toEqual([]);
  });

  const variants = compilers.flatMap((compiler) =>
    resolutions.map((resolution) => ({ compiler, resolution })),
  );
  it.each(variants)("$compiler checks it with $resolution resolution", async (variant) => {
    await compile(projectOf(type), variant);
  });

  it.each([...nodes])("Node %s runs it", async (_, node) => {
    const project = projectOf(type);
    await compile(project, { compiler: "typescript", resolution: "nodenext" });
    const { stdout, stderr } = await execute(node, ["main.js"], { cwd: project });
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual({
      ...{ env: "env true", memory: "memory true", map: "map true" },
      ...{ byName: "env true", byObject: "env true" },
      ...{ wrong: "CONFIGURATION", absent: "CONFIGURATION" },
      audited: "getSecrets,getSecrets,getSecrets,getSecrets,getSecrets",
      warned: "SECRET_CONVERTED_TO_TEXT",
      conformance: "passed",
    });
  });

  it.each([...nodes])(
    "Node %s takes a plain require and an import of each package",
    async (_, node) => {
      const names = JSON.stringify(packages.map(({ name }) => name));
      const load = type === "module" ? "await import(name)" : "require(name)";
      const script = `for (const name of ${names}) console.log(Object.keys(${load}).length > 0)`;
      const flag = type === "module" ? "module" : "commonjs";
      const { stdout, stderr } = await execute(node, [`--input-type=${flag}`, "--eval", script], {
        cwd: projectOf(type),
      });
      expect(stderr).toBe("");
      expect(stdout.trim().split("\n")).toEqual(packages.map(() => "true"));
    },
  );
});

it("no bundle holds code of another package, a second copy of core above all", async () => {
  for (const { name } of packages) {
    const map = join(projectOf("module"), "node_modules", name, "dist", "index.js.map");
    const { sources } = JSON.parse(await readFile(map, "utf8")) as { sources: readonly string[] };
    expect(sources.filter((source) => !source.startsWith("../src/"))).toEqual([]);
    expect(sources.includes("../src/secret-error.ts")).toBe(name.endsWith("-core"));
  }
});

it("a broken declaration is found, in a type that the consumer never names", async () => {
  const project = projectOf("module");
  const declarations = "node_modules/@llm-orchestrator/secrets-core/dist/abort.d.ts";
  await appendFile(join(project, declarations), "export declare const dom: HTMLElement;\n");
  await expect(
    compile(project, { compiler: "typescript", resolution: "nodenext" }),
  ).rejects.toThrow(/abort\.d\.ts.*HTMLElement/s);
});
