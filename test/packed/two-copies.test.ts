import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, it, vi } from "vitest";
import { execute } from "./execute.js";
import { nodes } from "./nodes.js";
import { packPackages, republish } from "./pack.js";
import { createProject, temporaryFolder } from "./project.js";
import { compile, compilers, resolutions } from "./type-check.js";

// npm, compilers and bundlers, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const folder = temporaryFolder();

let project: string;

beforeAll(async () => {
  const packages = await packPackages(folder);
  const type = "module";
  // The same name and version would be one package to TypeScript, wherever it lies.
  const newer = await republish(packages, "1.2.0", folder);
  const older = await republish(packages, "1.0.0", folder);
  project = await createProject(join(folder, "app"), "two-copies", { type, packages: newer });
  await mkdir(join(project, "plugin"), { recursive: true });
  await createProject(join(project, "plugin"), "two-copies/plugin", { type, packages: older });
}, 300_000);

const variants = compilers.flatMap((compiler) =>
  resolutions.map((resolution) => ({ compiler, resolution })),
);

it.each(variants)("types of two copies go together: $compiler, $resolution", async (variant) => {
  await compile(project, variant);
});

it.each([...nodes])("two copies work together on Node %s", async (_, node) => {
  await compile(project, { compiler: "typescript", resolution: "nodenext" });
  const { stdout, stderr } = await execute(node, ["main.js"], { cwd: project });
  expect(stderr).toBe("");
  const report = JSON.parse(stdout) as Record<string, boolean>;
  expect(Object.keys(report)).toHaveLength(13);
  expect(report).toEqual(Object.fromEntries(Object.keys(report).map((name) => [name, true])));
});
